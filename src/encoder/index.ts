export { openEncoder, type Encoder, type EncoderConfig } from './encoder.ts';
