export { mountOperator } from './operator.ts';
export {
  obey,
  operatorAnswerSchema,
  operatorOrderSchema,
  type OperatorAnswer,
  type OperatorOrder,
  type OrderParts,
} from './orders.ts';
