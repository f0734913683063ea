/** Words that ask for the same in talk about money and accounts, one class a line. */
export const english = `
money cash funds dollars bucks
send transfer wire remit
buy purchase bought
pay payment paid
withdraw withdrawal cashout
topup deposit recharge reload load add
refund reimburse reimbursement chargeback
cancel stop abort undo reverse revoke
account profile wallet
password passcode pass pwd passwd
forgot forgotten lost forget remember misplaced
reset recover restore retrieve
change update edit modify switch replace alter
delete close remove deactivate terminate erase
open create register signup start join
login signin logon log sign access
fail failed failing declined rejected denied unsuccessful
pending processing stuck waiting delayed late slow
fee charge cost commission price
rate exchange conversion convert
limit maximum max cap most
verify verification confirm validate identity id kyc
code otp pin sms
phone mobile cell number telephone
email mail
card debit visa mastercard
bank iban
agent human person representative rep operator advisor staff
scam fraud scammed scammer conned cheated fraudulent
hacked compromised stolen breach hijacked
phishing fake suspicious spoof bogus
locked blocked frozen suspended disabled restricted freeze
unlock unblock unfreeze reactivate
twice duplicate double again
merchant shop store seller vendor retailer
friend someone recipient somebody people
history statement transactions records activity
receipt invoice proof
where locate find
when long soon time days
how way steps process
why reason cause
help assist support
complain complaint unhappy dissatisfied
coupon voucher promo discount promotion cashback
refer referral invite
abroad foreign overseas international country
arrive received landed credited come shown
wrong incorrect mistake mistaken error
app application software
crash bug broken working
thanks thank thx cheers appreciate
bye goodbye later cya
yes yeah yep sure ok okay yup
no nope nah not
need want like would wanna
can could able possible may
currency usd eur
balance left remaining
`;
