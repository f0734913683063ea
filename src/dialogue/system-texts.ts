/**
 * Every text that the interpreter itself says, beside those that flows name: key of
 * `locales/<lang>/bot.json` → the parameters it is given, each with its meaning. The content check
 * holds the locales to this table, so a key here exists in every language.
 */
export const systemTexts = {
  // Said instead of a flow's own words.
  'common.again': {},
  'common.repeat': {},
  'common.cancelled': { topic: 'name of the request that was dropped' },
  'common.nothing_to_cancel': {},
  'common.failed': { topic: 'name of the request that could not be carried out' },
  'common.idle_yes': {},
  'common.idle_no': {},
  'common.changed': {},
  'common.stale_choice': {},
  'common.stale_form': {},
  'common.resume': { topic: 'name of the request that goes on' },
  'common.next_request': { topic: 'name of the request that waited and comes now' },
  'common.several': {
    topic: 'name of the request that is served first',
    other: 'name of the request that waits',
  },
  'common.parked': { topic: 'name of the request that is kept for later' },
  'common.cannot_go_back': {},
  'common.about_id': { id: 'the id that was all the customer wrote' },
  'common.noted_id': { id: 'an id that is kept for the request at hand' },
  'common.noted_that': {},
  'common.not_here': {},
  'common.left': { topic: 'name of the request that is put aside when the customer takes leave' },
  'common.rephrase': {},
  'common.last_words': { words: 'what the bot said last' },
  'common.not_wanted': { topic: 'name of the request that the customer does not want' },

  // Labels of buttons.
  'common.yes': {},
  'common.no': {},
  'common.none_of_these': {},
  'common.skip': {},
  'common.person': {},
  'common.cancel': {},

  // After an answer that does not fit, by the slot's type.
  'again.text': {},
  'again.number': {},
  'again.amount': {},
  'again.date': {},
  'again.email': {},
  'again.phone': {},
  'again.contact': {},
  'again.transaction_id': {},
  'again.refund_id': {},
  'again.withdrawal_id': {},
  'again.ticket_id': {},
  'again.yes_no': {},
  'again.choice': {},
  'again.language': {},
  'again.currency': {},
  'again.files': {},

  // Files.
  'files.hint': { count: 'files in one message' },
  'files.skip': {},
  'files.received': {},
  'files.kept': {},

  // The ladder: not understood once, twice, three times, then a person.
  'ladder.out_of_scope': {},
  'ladder.did_you_mean': {},
  'ladder.nearest_topics': {},
  'ladder.person': {},
  'ladder.none_fits': {},

  // Signing in and one-time codes.
  'sign_in.needed': { topic: 'name of the request that needs it' },
  'sign_in.still_needed': {},
  'sign_in.done': {},
  'sign_in.ended': {},
  'code.sent': {
    tail: 'masked end of the phone number or address it went to',
    count: 'minutes that it holds',
  },
  'code.wrong': { count: 'tries left' },
  'code.expired': {},
  'code.locked': {},
  'code.not_sent': {},
  'code.resending': {},
  'code.no_more': {},
  'code.use_form': {},
  'code.waiting': {},
  'code.passed': {},
  'code.label': {},
  'code.resend': {},

  // Consent to an account action.
  'consent.yes': {},
  'consent.no': {},
  'consent.again': {},
  'consent.changed': {},
  'consent.expired': {},

  // Account actions whose outcome is not there yet.
  'action.working': {},
  'action.pending': {},
  'action.too_late': {},
  'action.done_later': { topic: 'name of the request that is now carried out' },
  'action.refused_later': {
    topic: 'name of the request that was refused',
    why: 'sentence that says why',
  },
  'refusals.other': {},
  // A lookup that got no answer.
  'refusals.unavailable': {},

  // Nothing was heard in the middle of a request.
  'silence.reminder': { topic: 'name of the request that waits' },
  'silence.closed': { topic: 'name of the request that was put aside' },

  // People.
  'handoff.queued': {},
  'handoff.nobody_here': {},
  'handoff.off_hours': {},
  'handoff.local_hours': { hours: 'hours of live agents by the clock of the visitor' },
  'handoff.reference': {
    number: 'by which agents find the request of a visitor who is not signed in',
  },
  'handoff.already_queued': {},
  'handoff.bot_note': {},
  'handoff.noted': {},
  'handoff.left': {},
  'handoff.returned': {},
  'handoff.goes_on': {},

  'language.switched': {},
  'language.unchanged': {},
} as const satisfies { readonly [key: string]: { readonly [param: string]: string } };

export type SystemText = keyof typeof systemTexts;

/**
 * Lists of exact phrases, separated by `|`, that count as these answers in a flow whatever the
 * classifier thinks: they are too short to leave to chance. Compared without case, spaces and punctuation.
 */
export const wordLists = {
  'words.yes': 'yes, sure, ok …',
  'words.consent':
    'beside yes, what is a clear yes to what was shown: I authorise it, confirmed, that is fine …',
  'words.with_yes': 'what may stand beside a yes and changes nothing: please, thanks, now …',
  'words.no': 'no, nope …',
  'words.cancel': 'cancel, stop, never mind, forget it …',
  'words.back': 'go back, back, previous …',
  'words.bye': 'bye, see you … (bare phrases only)',
  'words.skip': 'skip, no matter …',
  'words.none': 'none of these, neither, another one …',
  'words.resend': 'send it again, new code, I got no code …',
  'words.person': 'agent, human, a person, customer service … (bare phrases only)',
  'words.repeat': 'what did you say, say that again …',
  'words.rephrase': "I don't understand, what do you mean …",
  'words.whereabouts': 'where is my money, and nothing that says which',
  'words.is_done': 'did you close it, is it solved … (of a case that was opened)',
  'words.reply': 'what people say of being answered: reply, get back to me …',
  'words.that': 'that one, this one … (where there is but one)',
  'words.another': 'the other one, no the other one … (of two that were offered)',
  'words.ordinals':
    'places in a list, each behind its number: 1 the first one|2 the second|-1 the last one …',
  'words.not_wanted':
    "what is said in front of something that one does not want: I don't want, no need for …",
  'words.currencies':
    'names of currencies, each behind its code: USD dollar|USD dollars|EUR euro …',
} as const;

export type WordList = keyof typeof wordLists;

/**
 * Three families that a language need not have, but if one has a key of them then all: `topic_words.<flow>`, the words
 * for what the flow is about, by which "I don't want a …" is understood; `agree_words.<flow>`, what a yes to its
 * consent sounds like beside yes ("unlock it"); and `said.<flow>.<slot>.<value>`, further names of a choice beside its
 * label. All are lists like the above.
 *
 * Two more families, one key for each offered language tag (`languages.en`, `languages.zh-CN` …):
 * `languages.<tag>` is the button (the language's own name), `language_names.<tag>` the `|`-separated
 * names by which people ask for it in this locale's language.
 */
export const languageFamilies = ['languages', 'language_names'] as const;
