import type { Found } from './found.ts';
import { plainForm } from './lexicon.ts';

/** Well-known banks by country, each with how people write it (as `plainForm` gives it): small letters, no accents. */
const banks: { readonly [bank: string]: string } = {
  // China and Hong Kong
  'Industrial and Commercial Bank of China': '中国工商银行|工商银行|工行|icbc',
  'China Construction Bank': '中国建设银行|建设银行|建行|ccb',
  'Agricultural Bank of China': '中国农业银行|农业银行|农行',
  'Bank of China': '中国银行|中行|bank of china|boc',
  'Bank of Communications': '交通银行|交行|bank of communications|bocom',
  'China Merchants Bank': '招商银行|招行|china merchants bank|cmb',
  'Postal Savings Bank of China': '中国邮政储蓄银行|邮政储蓄银行|邮政储蓄|邮储银行|邮储|psbc',
  'China CITIC Bank': '中信银行|citic bank',
  'China Minsheng Bank': '民生银行|minsheng bank',
  'China Everbright Bank': '光大银行|everbright bank',
  'Industrial Bank': '兴业银行',
  'Shanghai Pudong Development Bank': '上海浦东发展银行|浦东发展银行|浦发银行|浦发|spdb',
  'Ping An Bank': '平安银行|ping ?an bank',
  'China Guangfa Bank': '广东发展银行|广发银行',
  'Hua Xia Bank': '华夏银行|huaxia bank',
  'Bank of Shanghai': '上海银行',
  'Bank of Beijing': '北京银行',
  'Bank of Ningbo': '宁波银行',
  WeBank: '微众银行|webank',
  MYbank: '网商银行|mybank',
  'Hang Seng Bank': '恒生银行|恒生|hang seng(?: bank)?',
  'Standard Chartered': '渣打银行|渣打|standard chartered|ستاندرد تشارترد|ستاندرد شارترد',
  HSBC: '汇丰银行|汇丰|hsbc|اتش اس بي سي',
  DBS: '星展银行|dbs(?: bank)?',
  // Spain
  Santander: 'banco santander|santander|سانتاندر',
  BBVA: 'bbva(?: mexico| bancomer)?|bancomer',
  CaixaBank: 'caixa ?bank|la caixa',
  'Banco Sabadell': 'banco sabadell|sabadell',
  Bankinter: 'bankinter',
  Unicaja: 'unicaja',
  Kutxabank: 'kutxabank',
  Ibercaja: 'ibercaja',
  Abanca: 'abanca',
  Openbank: 'openbank',
  ING: 'ing (?:bank|direct)|banco ing',
  'EVO Banco': 'evo banco',
  // Latin America
  Banorte: 'banorte',
  Banamex: 'citibanamex|banamex',
  'Banco Azteca': 'banco azteca',
  BanCoppel: 'bancoppel',
  Scotiabank: 'scotiabank',
  Nubank: 'nubank',
  Bancolombia: 'bancolombia',
  Davivienda: 'davivienda',
  'Banco de Bogotá': 'banco de bogota',
  'Banco de Chile': 'banco de chile',
  BancoEstado: 'banco ?estado|cuenta rut',
  BCI: 'banco bci|bci',
  'Banco de Crédito del Perú': 'banco de credito(?: del peru)?|bcp',
  Interbank: 'interbank',
  'Banco de la Nación': 'banco de la nacion',
  'Banco Galicia': 'banco galicia',
  'Banco Macro': 'banco macro',
  Brubank: 'brubank',
  'Banco Pichincha': 'banco (?:del )?pichincha',
  'Banco General': 'banco general',
  Banreservas: 'banreservas',
  Itaú: 'banco itau|itau',
  Bradesco: 'bradesco',
  'Banco do Brasil': 'banco do brasil',
  // Arab states
  'Al Rajhi Bank': '(?:مصرف |بنك )?الراجحي|al ?rajhi(?: bank)?',
  'National Bank of Egypt':
    'البنك الاهلي المصري|بنك الاهلي المصري|الاهلي المصري|national bank of egypt|nbe',
  'Saudi National Bank':
    'البنك الاهلي(?: السعودي)?|بنك الاهلي|الاهلي السعودي|saudi national bank|snb|ncb',
  'Riyad Bank': 'بنك الرياض|riyad bank',
  'Alinma Bank': '(?:مصرف |بنك )?الانماء|alinma(?: bank)?',
  'Bank Albilad': 'بنك البلاد|bank albilad',
  'Bank AlJazira': 'بنك الجزيره|bank al ?jazira',
  SABB: 'ساب بنك|بنك ساب|sabb|البنك السعودي الاول|البنك الاول',
  'Banque Saudi Fransi': 'البنك السعودي الفرنسي|السعودي الفرنسي|saudi fransi',
  'Emirates NBD': 'الامارات دبي الوطني|بنك الامارات دبي الوطني|emirates nbd|enbd',
  'First Abu Dhabi Bank': 'بنك ابوظبي الاول|ابوظبي الاول|first abu dhabi bank|fab bank',
  ADCB: 'بنك ابوظبي التجاري|ابوظبي التجاري|adcb',
  'Dubai Islamic Bank': 'بنك دبي الاسلامي|دبي الاسلامي|dubai islamic(?: bank)?',
  Mashreq: 'بنك المشرق|المشرق بنك|mashreq(?: bank)?',
  QNB: 'بنك قطر الوطني|قطر الوطني|qnb',
  'National Bank of Kuwait': 'بنك الكويت الوطني|الكويت الوطني|national bank of kuwait|nbk',
  'Kuwait Finance House': 'بيت التمويل الكويتي|بيتك|kuwait finance house|kfh',
  'Bank Muscat': 'بنك مسقط|bank muscat',
  'Banque Misr': 'بنك مصر|banque misr',
  CIB: 'البنك التجاري الدولي|سي اي بي|cib(?: bank| egypt)?',
  'Arab Bank': 'البنك العربي|arab bank',
  'Attijariwafa Bank': 'التجاري وفا بنك|التجاري وفا|attijari(?:wafa)?(?: bank)?',
  'Bank of Palestine': 'بنك فلسطين|bank of palestine',
  // United States
  Chase:
    'chase bank|jp ?morgan(?: chase)?|chase(?= (?:account|card|checking|debit|credit|savings))|(?<=my )chase',
  'Bank of America': 'bank of america|bofa|boa account',
  'Wells Fargo': 'wells ?fargo',
  Citibank: 'citibank|citi bank|花旗银行|花旗|سيتي بنك',
  'Capital One': 'capital one',
  'U.S. Bank': 'u\\.?s\\.? bank(?! (?:account|card|transfer|holiday))',
  PNC: 'pnc(?: bank)?',
  'TD Bank': 'td bank',
  Truist: 'truist',
  'Ally Bank': 'ally bank',
  Chime: 'chime(?: bank)?',
  'Navy Federal': 'navy federal(?: credit union)?',
  USAA: 'usaa',
  'Charles Schwab': 'charles schwab|schwab',
  // United Kingdom and Europe
  Barclays: "barclays?(?:'?s)?|باركليز",
  Lloyds: 'lloyds(?: bank)?',
  NatWest: 'natwest|nat west',
  'Royal Bank of Scotland': 'royal bank of scotland|rbs',
  Nationwide: 'nationwide(?: building society)?',
  Monzo: 'monzo',
  'Starling Bank': 'starling(?: bank)?',
  Revolut: 'revolut',
  N26: 'n26',
  'Deutsche Bank': 'deutsche bank|德意志银行',
  Commerzbank: 'commerzbank',
  Sparkasse: 'sparkasse',
  'BNP Paribas': 'bnp(?: paribas)?|法国巴黎银行',
  'Société Générale': 'societe generale|socgen',
  'Crédit Agricole': 'credit agricole',
  UniCredit: 'unicredit',
  'Intesa Sanpaolo': 'intesa(?: sanpaolo)?',
  'ABN AMRO': 'abn ?amro',
  Rabobank: 'rabobank',
  UBS: 'ubs',
};

interface Names {
  readonly pattern: RegExp;
  readonly bank: (at: number) => string | undefined;
}

/** One pattern for all: spellings of a bank are a group; which group matched says which bank. */
function namesOf(): Names {
  const names = Object.keys(banks);
  const groups = names.map((name, nth) => `(?<b${nth}>${banks[name] ?? ''})`).join('|');
  return {
    pattern: new RegExp(
      `(?<![a-z\\u0621-\\u064a])(?:[وبل]|لل)?(?:${groups})(?![a-z\\u0621-\\u064a])`,
      'gu',
    ),
    bank: (nth) => names[nth],
  };
}

const { pattern, bank } = namesOf();

/** Banks that are named; the value is the bank's own name. */
export function findBanks(text: string): readonly Found[] {
  const plain = plainForm(text);
  const found: Found[] = [];
  for (const match of plain.matchAll(pattern)) {
    for (const [group, spelt] of Object.entries(match.groups ?? {})) {
      if (spelt === undefined) continue;
      const value = bank(Number(group.slice(1)));
      const start = match.index + match[0].length - spelt.length;
      if (value !== undefined)
        found.push({ type: 'bank', start, end: start + spelt.length, value });
    }
  }
  return found;
}
