import type { OutboundRules } from './rules.ts';

const give =
  '(?:send|give|tell|share|provide|forward|(?:text|sms|whatsapp|dm|email|message)(?= (?:it|me|us|them|that|the|your) )|read|dictate|show|pass|spell|disclose|reveal|supply|hand|submit|drop)';
const putIn = '(?:enter|type|write|put|input|paste|key|post|fill|leave)';
const here =
  '(?:here|below|in (?:this|the|our) chat|into (?:this|the|our) chat|in (?:your|a) (?:next )?(?:reply|message|answer)|to me|to us|for me|back to)';
const nots =
  "(?:never|don'?t|do not|must not|mustn'?t|should not|shouldn'?t|won'?t|will not|cannot|can'?t|would never|will never|did not|didn'?t|could not|couldn'?t|unable|are not|aren'?t|not)";
const softly =
  '(?:ever|please|simply|just|need to|have to|want to|wish to|going to|to|or|under any circumstances|even|also|allowed to|be)';
const anyVerb = `(?:${give}|${putIn}|ask(?:ed|s|ing)?|need|require|want|request|see|know|store|confirm|repeat|have|use)`;
const nobody =
  '(?:nobody|no one|no-one|none of us|no agent|no employee|no member of (?:our )?staff)';

/** English. */
export const en: OutboundRules = {
  secrets: {
    password:
      'pass ?words?|pass ?phrases?|pass ?codes?|log-?in (?:credentials|details)|sign-?in (?:credentials|details)|credentials',
    code: "(?<!(?:error|status|postal|post|zip|country|area|dialling|promo|promotion|discount|voucher|coupon|referral|reference|tracking|qr|sort|swift|bic|branch|source|product|currency|reason|response|decline|bank|merchant|tax)[ -])\\bcodes?\\b|\\botps?\\b|one[- ]time pin|(?:four|six|eight|4|6|8)[- ]digits?(?: number)?|digits (?:that )?(?:you|we|they)(?:'ve| have)? (?:received|got|sent|texted|messaged|emailed|see)|numbers? (?:that )?(?:you (?:just )?(?:received|got)|(?:we|i) (?:just )?(?:sent|texted))",
    pin: '\\bpins?\\b(?! (?:it|this|that|the (?:message|chat|conversation)))',
    seed: '(?:seed|recovery|secret|backup|mnemonic|wallet) (?:phrases?|words?)|(?:12|24|twelve|twenty[- ]four)[- ](?:secret |recovery )?words?(?: phrase)?|private keys?|mnemonics?|\\bseed\\b',
    card_number:
      "(?:photo|picture|scan|image|selfie)s? (?:of|with) (?:both sides of |the front of )?(?:your|the) (?:bank |credit |debit )?card|cards?(?:'s)? (?:numbers?|details|digits)|(?:16|sixteen)[- ]digits?(?: number)?|long number on (?:the|your)(?: front of)?(?: your| the)? ?card|number on (?:the front of )?(?:your|the) card|\\bpan\\b",
    cvv: '\\bcvv2?\\b|\\bcvc2?\\b|\\bcsc\\b|(?:3|three)[- ](?:digits?|numbers)(?: (?:security )?(?:code|number))?|(?:digits|numbers|code|number) on the back|card verification (?:code|value)',
  },
  harmless: [
    "(?:the |your )?last (?:4|four|3|three|2|two)(?: digits)?(?: of)?(?: the| your)?(?: (?:bank|debit|credit|payment))?(?: card)?(?:'s)?(?: number)?",
    `\\b${nots}(?: ${softly})* ${anyVerb}\\b(?: ${softly}| ${give}| ${putIn}|,? ask(?: you)?(?: for| to)?| (?:you|me|us|him|her|them|anyone|anybody|it|your|the|a|any|out|with|for)\\b)*(?:(?: \\w+){0,2}? {s})?(?:,? (?:or|and|nor)(?: (?:your|the|a|any|full))? {s})*`,
    `\\b${give}(?: (?:it|this|that|your|the|a|any|them|{s}|to|with|or))* (?:${nobody}|not (?:anyone|anybody|me|us))(?: (?:a|any|your|the)? ?{s}(?:,? (?:or|and) (?:a |any |your )?{s})*)?`,
    `\\b${nobody}(?: (?:here|at \\w+|from \\w+|in our team|of us))?(?: (?:will|would|may|should|can|is|ever|must|needs?|has))*(?: (?:to|ever|allowed to|going to))*(?: ${anyVerb}| ask(?:s|ed)?)?`,
    `(?<!\\b(?:digits|numbers|code|that|which) )\\b(?:i|we)(?:'ll|'ve|'d|'m|'re| will| have| had| can| could| are| am| shall| would| just| only| then| now| also| going to| about to| always| already)* (?:send|sent|sending|text|texted|texting|email|emailed|give|gave|show|issue)\\b(?: (?:you|a|an|the|new|another|fresh|it|to|your|out|one|by|again|test))*(?: {s})?`,
    `\\b(?:bank|app|page|wallet|website|site|system|seller|shop|provider)s? (?:may |might |will |can |could |would |also |then )*(?:send|text|email|ask|show|give)s?\\b.*`,
    `\\b${give} no more\\b`,
    `\\bwithout (?:giving|sending|telling|sharing|showing)\\b.*`,
    `\\b(?:anyone|someone|somebody|anybody|people|callers?|scammers?|fraudsters?|a message|an email|a page|a site|who)(?: (?:who|that|may|might|will|would|says?|calls? (?:you )?(?:and|to)|then|if|ever|pretends? to be us and))* (?:asks?|asked|asking|wants?|wanted|needs?|requests?|${give}s?)\\b.*`,
    '\\bnot (?:your|the|a|any)(?: full| whole)? {s}',
    '\\b(?:no|zero) {s}(?: (?:or|and|nor) {s})*',
    '\\b(?:reset|change|new|forgot(?:ten)?|lost|set|choose|remember|wrong) (?:your |the |a |my )?(?:new )?{s}',
  ],
  asks: [
    `\\b(?:telling|sharing|giving|sending|reading|texting|forwarding|passing)\\b(?: \\w+){0,2}?(?: me| us)\\b.{0,40}?{s}`,
    `\\bmind (?:telling|sharing|giving|sending|reading|confirming|repeating)\\b.{0,40}?{s}`,
    `\\b(?:i|we)(?:'ll|'d| will| would| just| also| still| only| now| do| really)* (?:need|require|want|lack)\\b.{0,50}?\\byour(?: \\w+){0,2}? {s}`,
    `\\bwhat(?: \\w+){0,2}? {s} (?:did|have|do|does) (?:you|it)`,
    `\\b(?:paste|dictate)\\b(?!.{0,60}\\b(?:app|page|form|site|website)\\b).{0,40}?{s}`,
    `^(?:and |also |now |then |so |ok |okay )*(?:your|the)\\b.{0,50}?{s},? (?:please|pls|too|as well)$`,
    `\\b${give}\\b(?! (?:up|off))(?:(?! it is ).){0,60}?{s}`,
    `{s}.{0,40}?\\b(?:to me|to us|with me|with us)\\b`,
    `\\b${putIn}\\b.{0,60}?{s}.{0,40}?\\b${here}`,
    `\\b${putIn}\\b (?:it |them )?${here}.{0,40}?{s}`,
    `\\b(?:i|we)(?:'ll|'d| will| would| just| also| still| only| now| do| really| first| must| then)* (?:need|require|want|am asking for|are asking for|ask for|ask you for|have|like)(?: to (?:know|have|see|get|verify|confirm|check|hear|take|note|ask))?(?: (?:for|from|you|to|have))* (?:your|the|that|a|full|its|all|both|\\w+(?:'s)? )?(?: ?\\w+){0,3}? ?{s}`,
    `\\bwhat(?:'s|s| is| was| are| were)(?: (?:your|the|that|its|my|this))?(?: \\w+){0,3}? {s}`,
    `\\bwhich {s} (?:did|have|do) you`,
    `\\b(?:may|can|could|might) (?:i|we)(?: please| also| just)? (?:have|get|see|ask for|ask you for|take|note|borrow|know|use|hear)\\b.{0,40}?{s}`,
    `\\b(?:confirm|verify|state|repeat|quote|say|dictate|attach|upload|photograph|screenshot)(?! (?:with|by|using|via))(?: (?:to me|to us|for me|for us|me|us))?(?: (?:your|the|that|its|full|whole|current|old|all|both|a photo of|a picture of|a screenshot of))*(?: \\w+){0,2}? {s}`,
    `\\b(?:reply|respond|answer|come back|get back|text back|write back)(?: to (?:me|us|this(?: message)?))? with\\b.{0,40}?{s}`,
    `\\blet (?:me|us) (?:know|have|see)\\b(?! (?:if|whether|when|once|as soon|that)).{0,40}?{s}`,
    `\\b(?:ready|waiting|wait) for (?:your|the)(?: \\w+){0,2}? {s}`,
    `^(?:and |so |now |ok |okay |then |next |also )*(?:what about )?(?:your|the|my)(?: \\w+){0,2}? {s}(?: please| too| as well| now| again)*\\?*$`,
    `^(?:\\w+ ){0,2}?{s},? (?:please|pls|now)\\b`,
    `\\bi(?:'ll| will) (?:log|sign) in (?:for you|as you|to your account)?.{0,40}?{s}`,
  ],
  asksForIt: [
    `^(?:please |pls |just |then |and |now |so |kindly |quickly |can you |could you |would you |will you |you can |you may |ok |okay )*${give} (?:(?:it|them|that|those)\\b|(?:me|us)(?= (?:it|them|that|those|please|pls|now|here|over|back|asap|as soon|when|in|by|via|through|on|once)\\b|,|\\?|$))`,
    `^(?:please |pls |just |then |and |now |so |kindly |can you |could you |you can )*${putIn} (?:it|them|that|those) ${here}`,
    `\\bwhat (?:is it|does it say|are they|were they)\\b`,
    `^(?:please |pls |and |now )*(?:what(?:'s| is) it|read it|repeat it|reply with it)\\b`,
  ],
};
