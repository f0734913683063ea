/**
 * The words by which people join requests, of all languages at once: a message may mix them, and none of these words
 * means something else in another. Arabic in the form that `plainForm` gives, all letters small, accents left out.
 */

/** Whoever says one of these adds something new. */
export const addingWords: readonly string[] = [
  'and also',
  'and then',
  'also',
  'plus',
  'another thing',
  'one more thing',
  'by the way',
  'btw',
  'besides',
  'in addition',
  'on another note',
  'separately',
  'secondly',
  'as well as',
  'y ademas',
  'y tambien',
  'y despues',
  'y luego',
  'y de paso',
  'y aparte',
  'ademas',
  'tambien',
  'aparte',
  'aparte de eso',
  'por otro lado',
  'por otra parte',
  'otra cosa',
  'otra consulta',
  'y otra cosa',
  'de paso',
  'otra pregunta',
  'y otra pregunta',
  'asimismo',
  'luego',
  'despues',
  'وايضا',
  'ايضا',
  'وكمان',
  'كمان',
  'وكذلك',
  'كذلك',
  'وبعدين',
  'وبعدها',
  'ثم',
  'وبرضو',
  'برضو',
  'بالاضافه الي ذلك',
  'وبالاضافه الي ذلك',
  'بالاضافه لذلك',
  'سؤال ثاني',
  'وسؤال ثاني',
  'شي ثاني',
  'وشي ثاني',
  'من ناحيه اخري',
  'بالمناسبه',
  'وبالمره',
  'بالمره',
  'وفوق هذا',
];
/** The same where words have no spaces around them. */
export const addingCharacters =
  '另外|还有|顺便(?:问下|问一下|再)?|然后|同时|以及|再就是|对了|此外|其次';

/** These join two requests or two halves of one: what comes behind has to sound like a request of its own. */
export const joiningWords: readonly string[] = ['and', 'y', 'e'];

/** How a request begins. */
const openers = {
  latin: [
    "how (?:do|can|to|much|long|many|does|would|should|is)|what(?:'s|s)?|where(?:'s|s)?|when|why|which",
    "i (?:also |still |really )?(?:want|need)|i(?:'d|d)? (?:would )?like|i (?:have|ve|got) a question",
    '(?:can|could|would|will) (?:you|i|we)|please|pls|let me|get me|give me|send me|show me|tell me',
    'help me|is (?:it|there)|are (?:you|there)|do you|does|connect me|transfer me to|put me through',
    'change my|update my|close my|cancel my|cancel the|freeze my|unfreeze|block my|reset my|refund',
    'talk to|speak to|speak with|verify my|export my|download my|add a|remove my|unlink my|link my',
    '(?:a |de |en )?(?:como|cuanto|cuanta|cuantos|cual|cuales|cuando|donde|que|quien|por que|adonde)',
    '(?:yo )?(?:quiero|quisiera|queria|necesito|deseo|me gustaria|puedo|podria|pueden|puede|podrian)',
    'por favor|porfa|favor de|me (?:pueden|puede|puedes|podrian|ayudan|ayudas|dicen|pasan|pasas|mandan|comunican)',
    'pasame|paseme|dame|deme|diganme|dime|ayudame|ayudenme|mandame|envienme|comuniqueme|bloqueen|bloquea',
    'cancelen|cancela|cierren|cierra|cambien|cambia|hablar con|cambiar|cerrar|cancelar|saber|retirar',
    'recargar|verificar|descargar|pedir|poner|presentar|congelar|bloquear|actualizar|tengo una (?:pregunta|duda)',
  ],
  arabic: [
    'كيف|كيفيه|ازاي|شلون|كم|قديش|بكام|اين|وين|فين|متي|امتي|ايمتي|ما هي|ما هو|ماهي|ماهو|ايش|وش|شنو|ايه',
    'ليش|ليه|لماذا|هل|اريد|اود|ارغب|احتاج|محتاج|محتاجه|ابغي|ابي|ابغا|عايز|عاوز|عايزه|بدي|حاب|نبغي|بغيت',
    'ممكن|لو سمحت|لو سمحتم|من فضلك|رجاء|ارجو|ياريت|ساعدوني|ساعدني|حولني|حولوني|وصلني ب|كلموني|خلوني',
    'عندي سؤال|عندي استفسار|الغي|الغوا|الغاء|جمدوا|جمد|اوقفوا|اغلاق|اغلقوا|سكروا|تغيير|غيروا|اشوف|اعرف',
    'طلب|استرداد|تجميد|التحدث|ارسلوا|ارسل لي|عطوني|اعطوني|تقديم',
  ],
  han: [
    '(?:请问|问下|问一下|想问|我想|我要|我还要|还想|还要|想要|想|要|帮我|帮忙|麻烦|请|给我|替我|能不能|能否|可以|可不可以)',
    '(?:怎么|怎样|如何|多少|几点|什么时候|什么|为什么|哪里|哪|是否|有没有|转人工|找人工|查一下|查下|把我|取消|冻结|注销|解绑|退款|提现|充值)',
    '(?:你们|我的|账户|余额|手续费|限额|汇率|退款|提现|充值|每天|每日|单笔|美元|换汇|转账).{0,12}(?:怎么|多少|几|哪|吗|什么|如何|是不是)',
  ],
};

/** Begins a request of its own. */
export const opensRequest = new RegExp(
  `^[\\s¿¡"'(]*(?:(?:${[...openers.latin, ...openers.arabic].join('|')})(?![\\p{L}\\p{M}])|${openers.han.join('|')})`,
  'u',
);

/** Points back at what was told before: it goes on with it. */
export const pointsBack = new RegExp(
  [
    "(?<![\\p{L}'])(?:(?:want|get|have|need|give me|send) (?:it|them|that|my money|the money) ?(?:back|returned)?(?=$|[ .!?,])(?! order)|^(?:but |so )?(?:it|they|this|that)(?:'s|s|'re)? (?!possible|safe|allowed)|what (?:happens next|is it|are they))",
    '(?<!\\p{L})(?:recuperarl[oa]s?|devolverl[oa]|(?:mi|el) (?:dinero|plata) de vuelta|recuperar (?:mi|el) dinero|recuperar la plata|me l[oa] devuelvan|cancelarl[oa]|(?:como|donde) (?:l[oa]s?|le|se) \\p{L}+(?! (?:a|al|del?|mi|un|una|el|la) )|que es eso|ahora que)(?!\\p{L})',
    '(?<!\\p{L})(?:استرجعها|استرجعه|استرجع (?:الفلوس|المبلغ|فلوسي|اموالي)|ترجعوها|ترجعوه|رجعوها|ارجاعها|ارجاعه|استردادها|استرداده|يرجع لي)(?!\\p{L})',
    '追回|要回来|退回来|退给我|拿回来|把它|把钱退',
  ].join('|'),
  'u',
);

/** Said at the end of a story; asks for nothing that was not asked before. */
export const closingRemark = new RegExp(
  `^[\\s¿¡]*(?:${[
    "what(?:'s|s| is| the hell is)? (?:going on|happening|wrong|up|the problem)|what (?:happened|do i do|can i do|should i do|now)|how come|why(?: is that)?|please help(?: me)?|help me|can you help(?: me)?(?: please)?|i need help|please|tell me what to do",
    '(?:que (?:pasa|paso|sucede|hago|puedo hacer|esta pasando|onda)(?: con eso)?|por que|como (?:hago|es posible)|ayuda|ayudame|ayudenme|por favor|me (?:pueden|puedes|puede) ayudar|necesito ayuda|que debo hacer)',
    '(?:怎么回事|咋回事|怎么办|咋办|为什么|为啥|怎么处理|怎么搞的|什么情况|怎么解决|请帮我|帮帮我|帮忙|麻烦处理一下|能不能帮我|帮我看看|帮我查一下|帮我看一下|请问怎么办|什么原因)[啊呀呢吗]?',
    '(?:وش السالفه|ايش السالفه|ايش صار|وش صار|ماذا افعل|ماذا حدث|ايش اسوي|وش اسوي|شو اعمل|شو صار|اعمل ايه|ليش|ليه|لماذا|ما المشكله|وش المشكله|ايه المشكله|ممكن مساعده|ساعدوني|ارجو المساعده|ما الحل|وش الحل|ايش الحل)',
  ].join('|')})[\\s.!?？。！،؟]*$`,
  'u',
);
