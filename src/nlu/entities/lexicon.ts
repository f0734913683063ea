/** What dates and numbers are called in one language: letters without accents, Arabic ones in the form that `plainForm` gives. */
export interface Lexicon {
  /** Days from today. */
  readonly relative: Numbers;
  /** 1 is Monday. */
  readonly weekdays: Numbers;
  readonly months: Numbers;
  /** What one of them is; days, or months where the second number is set. */
  readonly units: { readonly [word: string]: readonly [days: number, months: number] };
  readonly numbers: Numbers;
  /** Number words that multiply what stands before them. */
  readonly multipliers: Numbers;
  /** Patterns of the words around: nothing in them repeats. */
  readonly ago: string;
  readonly last: string;
  readonly current: string;
  readonly latest: string;
  readonly of: string;
  /** A time of day behind a day: named groups `hour`, `minute`, `half` and `part`. */
  readonly time: string;
  /** Words for half past and a quarter past, and the parts of a day that lie behind noon. */
  readonly minutes: Numbers;
  readonly afternoon: string;
  /** `del 1 al 15`: groups `from` and `to`, with the month behind them. */
  readonly span: string;
  /** What may stand between two number words, or be written onto the second. */
  readonly and: string;
}

type Numbers = { readonly [word: string]: number };

export const spanishLexicon: Lexicon = {
  relative: {
    hoy: 0,
    ayer: -1,
    anoche: -1,
    anteayer: -2,
    antier: -2,
    'antes de ayer': -2,
    'pasado manana': 2,
  },
  weekdays: { lunes: 1, martes: 2, miercoles: 3, jueves: 4, viernes: 5, sabado: 6, domingo: 7 },
  months: {
    enero: 1,
    febrero: 2,
    marzo: 3,
    abril: 4,
    mayo: 5,
    junio: 6,
    julio: 7,
    agosto: 8,
    septiembre: 9,
    setiembre: 9,
    octubre: 10,
    noviembre: 11,
    diciembre: 12,
  },
  units: {
    dia: [1, 0],
    dias: [1, 0],
    semana: [7, 0],
    semanas: [7, 0],
    mes: [0, 1],
    meses: [0, 1],
    ano: [0, 12],
    anos: [0, 12],
  },
  numbers: {
    un: 1,
    una: 1,
    uno: 1,
    dos: 2,
    tres: 3,
    cuatro: 4,
    cinco: 5,
    seis: 6,
    siete: 7,
    ocho: 8,
    nueve: 9,
    diez: 10,
    once: 11,
    doce: 12,
    trece: 13,
    catorce: 14,
    quince: 15,
    dieciseis: 16,
    diecisiete: 17,
    dieciocho: 18,
    diecinueve: 19,
    veinte: 20,
    veinticinco: 25,
    treinta: 30,
    cuarenta: 40,
    cincuenta: 50,
    sesenta: 60,
    setenta: 70,
    ochenta: 80,
    noventa: 90,
    cien: 100,
    ciento: 100,
    doscientos: 200,
    doscientas: 200,
    trescientos: 300,
    trescientas: 300,
    cuatrocientos: 400,
    quinientos: 500,
    quinientas: 500,
    seiscientos: 600,
    setecientos: 700,
    ochocientos: 800,
    novecientos: 900,
  },
  multipliers: { mil: 1000, millon: 1_000_000, millones: 1_000_000 },
  ago: 'hace',
  last: '(?:pasad[oa]|anterior|ultim[oa])',
  current: '(?:est[ea])',
  latest: '(?:(?:los|las) )?(?:ultim[oa]s|pasad[oa]s)',
  of: ' de ',
  time: ',? ?(?:a|sobre|hacia|como a) (?:las?|eso de las) (?<hour>[012]?\\d|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)(?:[:.h](?<minute>[0-5]\\d)| y (?<half>media|cuarto))?(?: ?h(?:s|rs|oras)?\\b)?(?: (?:de|por|en) la (?<part>manana|tarde|noche|madrugada)| ?(?<half2>[ap])\\.? ?m\\b)?',
  minutes: { media: 30, cuarto: 15 },
  afternoon: '^(?:tarde|noche|p)',
  span: '(?:del?|desde el|entre el)(?: dia)? (?<from>[0-3]?\\d) (?:al?|hasta el|y(?: el)?)(?: dia)? (?<to>[0-3]?\\d)',
  and: 'y ',
};

export const arabicLexicon: Lexicon = {
  relative: {
    اليوم: 0,
    امس: -1,
    امبارح: -1,
    مبارح: -1,
    البارحه: -1,
    'اول امس': -2,
    'اول امبارح': -2,
    'قبل امس': -2,
    غدا: 1,
    بكره: 1,
    'بعد غد': 2,
    'بعد بكره': 2,
  },
  weekdays: {
    الاثنين: 1,
    الاتنين: 1,
    الثلاثاء: 2,
    التلات: 2,
    الاربعاء: 3,
    الاربع: 3,
    الخميس: 4,
    الجمعه: 5,
    السبت: 6,
    الاحد: 7,
    الحد: 7,
  },
  months: {
    يناير: 1,
    فبراير: 2,
    مارس: 3,
    ابريل: 4,
    مايو: 5,
    يونيو: 6,
    يوليو: 7,
    اغسطس: 8,
    سبتمبر: 9,
    اكتوبر: 10,
    نوفمبر: 11,
    ديسمبر: 12,
  },
  units: {
    يوم: [1, 0],
    ايام: [1, 0],
    يومين: [2, 0],
    اسبوع: [7, 0],
    الاسبوع: [7, 0],
    اسابيع: [7, 0],
    اسبوعين: [14, 0],
    شهر: [0, 1],
    الشهر: [0, 1],
    شهور: [0, 1],
    اشهر: [0, 1],
    شهرين: [0, 2],
    سنه: [0, 12],
    السنه: [0, 12],
    العام: [0, 12],
    سنوات: [0, 12],
    سنتين: [0, 24],
  },
  numbers: {
    واحد: 1,
    واحده: 1,
    الواحده: 1,
    الثانيه: 2,
    ثنتين: 2,
    الثالثه: 3,
    الرابعه: 4,
    الخامسه: 5,
    السادسه: 6,
    السابعه: 7,
    الثامنه: 8,
    التاسعه: 9,
    العاشره: 10,
    اثنين: 2,
    ثلاث: 3,
    ثلاثه: 3,
    تلاته: 3,
    اربع: 4,
    اربعه: 4,
    خمس: 5,
    خمسه: 5,
    ست: 6,
    سته: 6,
    سبع: 7,
    سبعه: 7,
    ثمان: 8,
    ثمانيه: 8,
    تسع: 9,
    تسعه: 9,
    عشر: 10,
    عشره: 10,
    عشرين: 20,
    عشرون: 20,
    ثلاثين: 30,
    ثلاثون: 30,
    اربعين: 40,
    اربعون: 40,
    خمسين: 50,
    خمسون: 50,
    ستين: 60,
    ستون: 60,
    سبعين: 70,
    ثمانين: 80,
    تسعين: 90,
    ميه: 100,
    مئه: 100,
    مايه: 100,
    مائه: 100,
    ميتين: 200,
    مئتين: 200,
    مئتان: 200,
    ثلاثميه: 300,
    ثلاثمئه: 300,
    ثلاثمائه: 300,
    اربعميه: 400,
    اربعمئه: 400,
    اربعمائه: 400,
    خمسميه: 500,
    خمسمئه: 500,
    خمسمائه: 500,
    الفين: 2000,
  },
  multipliers: { الف: 1000, الاف: 1000, مليون: 1_000_000 },
  ago: '(?:قبل|منذ|من)',
  last: '(?:الماضي|الماضيه|الفايت|الفائت|اللي فات|المنصرم)',
  current: '(?:هذا|هذه|هاد|ده)',
  latest: '(?:خلال )?(?:اخر)',
  of: ' (?:من )?',
  time: '،? (?:في |ع |علي )?(?:تمام )?(?:ال)?ساعه (?<hour>[012]?\\d|الواحده|واحده|الثانيه|ثنتين|الثالثه|ثلاث|ثلاثه|الرابعه|اربع|اربعه|الخامسه|خمس|خمسه|السادسه|ست|سته|السابعه|سبع|سبعه|الثامنه|ثمان|ثمانيه|التاسعه|تسع|تسعه|العاشره|عشر|عشره)(?::(?<minute>[0-5]\\d)| (?<half>ونص|ونصف|والنصف|وربع|والربع))?(?: (?:في )?(?<part>صباحا|الصبح|الصباح|فجرا|الفجر|مساء|المساء|بالليل|ليلا|الليل|العصر|عصرا|الظهر|ظهرا|المغرب|العشاء))?(?: ?(?<half2>[ap])m(?![a-z])| (?<half3>[صم])(?!\\p{L}))?',
  minutes: { ونص: 30, ونصف: 30, والنصف: 30, وربع: 15, والربع: 15 },
  afternoon: '^(?:مساء|المساء|بالليل|ليلا|الليل|العصر|عصرا|الظهر|ظهرا|المغرب|العشاء|p|م)',
  span: '(?:من|بين)(?: يوم)? (?<from>[0-3]?\\d) (?:الي|حتي|لغايه|ل|و)(?: يوم)? ?(?<to>[0-3]?\\d)',
  and: 'و',
};

const plain: { readonly [letter: string]: string } = {
  á: 'a',
  é: 'e',
  í: 'i',
  ó: 'o',
  ú: 'u',
  ü: 'u',
  ñ: 'n',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ة: 'ه',
  ى: 'ي',
};

/** One letter for one, so that offsets stay. */
export function plainForm(text: string): string {
  return text.replace(/[áéíóúüñأإآةى]/g, (letter) => plain[letter] ?? letter);
}

/** `trescientos cincuenta`, `dos mil`, `ثلاثمئة وخمسين`; undefined when a word is none of the language's numbers. */
export function parseNumberWords(
  text: string,
  { numbers, multipliers, and }: Lexicon,
): number | undefined {
  let total = 0;
  let group = 0;
  for (const written of text.split(' ')) {
    if (written === and.trim() || written === '') continue;
    const known = written in numbers || written in multipliers;
    const word = !known && written.startsWith(and) ? written.slice(and.length) : written;
    const factor = multipliers[word];
    const number = numbers[word];
    if (factor !== undefined) {
      total += Math.max(group, 1) * factor;
      group = 0;
    } else if (number !== undefined) group += number;
    else return undefined;
  }
  return total + group;
}

export function anyOf(words: { readonly [word: string]: unknown }): string {
  return `(?:${Object.keys(words)
    .sort((one, other) => other.length - one.length)
    .join('|')})`;
}
