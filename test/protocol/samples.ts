/** Parts that many shapes hold; what may be left out of them is shown where they are themselves the matter. */
export const textBlock = { type: 'text', text: 'Your refund is on its way.' };
export const photo = { id: 'f-1', name: 'receipt.jpg', type: 'image/jpeg', bytes: 4096 };
export const money = { amount: '12.50', currency: 'CNY' };

export const roles = ['agent', 'supervisor', 'admin'];
export const owners = ['bot', 'queue', 'agent'];
export const priorities = ['security', 'money', 'normal'];
export const levels = ['anyone', 'identified', 'verified'];
export const states = ['bot', 'queued', 'offered', 'agent', 'snoozed', 'wrap_up', 'closed'];

export const fileKinds = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'application/pdf',
  'text/plain',
  'video/mp4',
];
