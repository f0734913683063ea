import type { Account } from '../port.ts';

/** Somebody to try the wallet as; the stories tell which of its troubles they are in. */
export interface SandboxCustomer {
  readonly customerId: string;
  readonly name: string;
  /** In English; `stories` has every language. */
  readonly story: string;
  readonly stories: { readonly [language: string]: string };
}

export interface SeedCustomer {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly currency: string;
  readonly kycLevel: 0 | 1 | 2;
  readonly status: Account['status'];
  readonly statusReason?: string;
  readonly stories: { readonly [language in 'en' | 'zh-CN' | 'es' | 'ar']: string };
}

/** Invented people; their numbers are in ranges set aside for fiction where a country has such. */
export const seedCustomers: readonly SeedCustomer[] = [
  {
    id: 'lin-wei',
    name: '林薇',
    phone: '+8613812345678',
    email: 'lin.wei@example.com',
    currency: 'CNY',
    kycLevel: 2,
    status: 'active',
    stories: {
      en: 'A card payment was declined, a café charged twice, and several purchases can be refunded.',
      'zh-CN': '银行卡付款被拒，咖啡店重复扣款，另有几笔消费可以退款。',
      es: 'Le rechazaron un pago con tarjeta, una cafetería le cobró dos veces y varias compras se pueden devolver.',
      ar: 'رُفضت لها دفعة بالبطاقة، وخصم منها مقهى مرتين، ولديها مشتريات يمكن استرداد ثمنها.',
    },
  },
  {
    id: 'maria',
    name: 'Maria Silva',
    phone: '+351210004821',
    email: 'maria.silva@example.com',
    currency: 'EUR',
    kycLevel: 2,
    status: 'active',
    stories: {
      en: 'One withdrawal is overdue, another still within its time, and one came back.',
      'zh-CN': '一笔提现已超时，一笔仍在正常时间内，还有一笔被退回。',
      es: 'Tiene un retiro atrasado, otro todavía dentro del plazo y uno que fue devuelto.',
      ar: 'لديها سحب تأخر عن موعده، وآخر ما زال ضمن المدة المعتادة، وثالث أُعيد إليها.',
    },
  },
  {
    id: 'chen-jie',
    name: '陈杰',
    phone: '+8613900006612',
    email: 'chen.jie@example.com',
    currency: 'CNY',
    kycLevel: 1,
    status: 'locked',
    statusReason: 'too_many_attempts',
    stories: {
      en: 'Locked out after too many wrong passwords.',
      'zh-CN': '密码输错次数过多，账户被锁定。',
      es: 'Su cuenta quedó bloqueada por demasiados intentos con la contraseña equivocada.',
      ar: 'قُفل حسابه بعد إدخال كلمة مرور خاطئة مرات كثيرة.',
    },
  },
  {
    id: 'omar',
    name: 'Omar Haddad',
    phone: '+12025550143',
    email: 'omar.haddad@example.com',
    currency: 'USD',
    kycLevel: 0,
    status: 'restricted',
    statusReason: 'documents_missing',
    stories: {
      en: 'Restricted until identity documents arrive; a withdrawal failed because of the name.',
      'zh-CN': '缺少身份资料，账户受限；一笔提现因户名不符失败。',
      es: 'Cuenta limitada hasta que lleguen sus documentos; un retiro falló porque el nombre no coincidía.',
      ar: 'حسابه مقيّد إلى أن تصل وثائق هويته، وفشل سحب له لأن الاسم غير مطابق.',
    },
  },
  {
    id: 'sofia',
    name: 'Sofia Rossi',
    phone: '+447700900417',
    email: 'sofia.rossi@example.com',
    currency: 'EUR',
    kycLevel: 1,
    status: 'active',
    stories: {
      en: 'Talked into two transfers to a false investment desk this morning.',
      'zh-CN': '刚被假冒投资顾问骗走两笔转账。',
      es: 'Esta mañana la convencieron de hacer dos transferencias a un falso asesor de inversiones.',
      ar: 'خُدعت هذا الصباح فأرسلت تحويلين إلى مستشار استثمار مزيف.',
    },
  },
  {
    id: 'zhang-min',
    name: '张敏',
    phone: '+8613700003390',
    email: 'zhang.min@example.com',
    currency: 'CNY',
    kycLevel: 2,
    status: 'active',
    stories: {
      en: 'A transfer is still pending and can be cancelled; one refund is under review, another late.',
      'zh-CN': '一笔转账仍在处理中、可以取消；一笔退款审核中，另一笔已超时。',
      es: 'Tiene una transferencia pendiente que aún se puede cancelar, un reembolso en revisión y otro atrasado.',
      ar: 'لديها تحويل معلّق يمكن إلغاؤه، واسترداد قيد المراجعة، وآخر تأخر عن موعده.',
    },
  },
  {
    id: 'dana',
    name: 'Dana Brooks',
    phone: '+12025550178',
    email: 'dana.brooks@example.com',
    currency: 'USD',
    kycLevel: 1,
    status: 'frozen',
    statusReason: 'customer_request',
    stories: {
      en: 'Froze the account after losing a phone.',
      'zh-CN': '手机丢失后自行冻结了账户。',
      es: 'Congeló su cuenta tras perder el teléfono.',
      ar: 'جمّدت حسابها بعد أن فقدت هاتفها.',
    },
  },
  {
    id: 'new-user',
    name: 'Robin Park',
    phone: '+12025550119',
    email: 'robin.park@example.com',
    currency: 'USD',
    kycLevel: 0,
    status: 'active',
    stories: {
      en: 'Signed up today; nothing has happened yet.',
      'zh-CN': '今天刚注册，还没有任何记录。',
      es: 'Se registró hoy; todavía no hay ningún movimiento.',
      ar: 'مستخدم سجّل اليوم ولا حركة في حسابه بعد.',
    },
  },
];

/** Units for one US dollar: the sandbox's own market, which stands still. */
export const seedRates: { readonly [currency: string]: string } = {
  AUD: '1.523',
  CAD: '1.377',
  CNY: '7.12',
  EUR: '0.921',
  GBP: '0.786',
  HKD: '7.81',
  JPY: '149.6',
  KRW: '1378',
  SGD: '1.341',
  THB: '34.9',
  USD: '1',
};
