import type { OutboundRules } from './rules.ts';

const give =
  '(?:envi(?:a|e|ar|en|arme|arnos)|envia(?:me|nos|melo|noslo|mela)|envie(?:me|nos|melo|noslo|mela)|mand(?:a|e|ar|en|arme|arnos)|manda(?:me|nos|melo|noslo|mela)|mande(?:me|nos|melo|noslo|mela)|da(?:me|nos|melo|mela|noslo)|de(?:me|nos|melo|mela|noslo)|dar(?:me|nos|melo|mela)|dic?(?:e|es)?(?:me|nos)|di(?:me|nos|melo|mela|noslo)|diga(?:me|nos|melo|mela|noslo)|decir(?:me|nos|melo)?|decime|pasa(?:me|nos|melo|mela|r|rme|rnos)?|pase(?:me|nos|melo|mela)?|facilit(?:a|e|ar|arme|arnos|eme|enos|ame|anos)|proporcion(?:a|e|ar|arme|arnos|eme|enos|ame|anos)|compart(?:e|a|ir|irme|irnos|eme|ame|anos|enos)|indic(?:a|ar|arme|ame|anos)|indique(?:me|nos)?|reenvi(?:a|e|ar|arme|arnos|ame|eme|amelo)|dict(?:a|e|ar|ame|eme|arme)|muestra(?:me|nos)|muestre(?:me|nos)|ensena(?:me|nos)|comunic(?:a|ar|ame|arme)|comunique(?:me|nos)?|suministr(?:a|e|ar|ame|eme)|brind(?:a|e|ar|ame|eme|arme))';
const putIn =
  '(?:escrib(?:e|a|ir|ela|elo|ala|alo|eme|ame|i)|introduc(?:e|ir|elo|ela)|introduzca(?:lo|la)?|ingres(?:a|e|ar|alo|ala|elo|ela)|pon(?:ga|er|lo|la|galo|gala|me|game)?|teclea(?:lo|la)?|teclee|pega(?:lo|la)?|pegue|dej(?:a|e|alo|ala|ame|eme)|anot(?:a|e|alo|ala))';
const here =
  '(?:aqui|aca|abajo|en (?:este|el) chat|por (?:este|el) chat|por aqui|en (?:tu|su|la) (?:proxima )?(?:respuesta|mensaje|contestacion)|en (?:tu|su) mensaje|a continuacion)';
const nots = '(?:no|nunca|jamas|tampoco|nadie|ningun(?:a|o)?(?: \\w+){0,3}|ni)';
const between =
  '(?: (?:se|le|te|les|os|lo|la|me|nos|debe[sn]?|deberia[sn]?|hay que|tiene[sn]? que|necesit(?:as|a|amos|o)|vamos a|va a|voy a|hace falta|es necesario|quer(?:emos|ras)|puede[sn]?|pud[eo]|pudimos|puedo|podemos|podre|podremos|nunca|jamas|por favor|que|de nosotros|del equipo|ha|han|hemos|he))*';
const anyVerb = `(?:${give}|${putIn}|pid(?:e|a|as|en|o|amos)|pedi(?:mos|r|remos|ra|ran|ras|do|rle|rte|rtela|rsela)|necesit(?:a|o|amos|ar)|solicit(?:a|o|amos|ar|aremos|ara)|preguntar(?:emos|a|an)?|preguntamos|comparta(?:s|n)?|compartas|des?|den|digas|diga|envies|envie|mandes|pases|reveles?|muestres|facilites|facilite|conoc(?:e|emos)|sab(?:e|emos|er)|tenemos|ve[rn]?|vemos|guardamos|uses|escribas|introduzcas|pongas|dejes|confirmes)`;

/** Spanish, of Spain and of the Americas: tú, usted and vos. */
export const es: OutboundRules = {
  secrets: {
    password:
      'contrasenas?|claves?(?! (?:de la cuestion|del asunto|publica|dinamica))|password|credenciales|datos de acceso',
    code: '(?<!(?:qr|postal)[ -])codigos?(?! (?:de (?:error|pais|area|descuento|promocion|referencia|seguimiento|barras|respuesta|moneda)|postal(?:es)?|qr|promocional|swift|bic|iban))\\b|\\botps?\\b|token|(?:los )?(?:4|6|8|cuatro|seis|ocho) (?:digitos|numeros|cifras)|numeros? que (?:te|le) (?:llego|llegaron|enviamos|mandamos|ha llegado)',
    pin: '\\bpins?\\b|nip\\b',
    seed: '(?:frase|palabras?) (?:semilla|secretas?|de recuperacion|de respaldo)|semilla|(?:12|24|doce|veinticuatro) palabras|clave privada|llave privada|frase de la billetera',
    card_number:
      '(?:numeros?|datos|digitos)(?: (?:completos?|enteros?|largos?))*(?: (?:que aparecen? )?(?:de|en)(?: (?:la|tu|su))?(?: \\w+)?)? tarjetas?(?: completos?)?|(?:16|dieciseis) (?:digitos|numeros|cifras)',
    cvv: '\\bcvv2?\\b|\\bcvc2?\\b|codigos? de seguridad|(?:3|tres) (?:digitos|numeros|cifras)|(?:numeros?|digitos|codigo) (?:de|del|en el|que aparecen? en el) (?:reverso|dorso|atras)|(?:numeros?|digitos|codigo) (?:de )?(?:atras|detras)',
  },
  harmless: [
    '(?:(?:los|las) )?(?:(?:4|cuatro|3|tres|2|dos) ultim[oa]s|ultim[oa]s (?:4|cuatro|3|tres|2|dos))(?: (?:digitos|numeros|cifras))?(?: (?:de|del))?(?: (?:la|tu|su|el))?(?: (?:numero de )?(?:la |tu |su )?tarjeta)?',
    `\\b${nots}${between} ${anyVerb}\\b(?:,? (?:ni|o|y|a|tu|su|tus|sus|el|la|los|las|un|una|al|ningun|ninguna|nadie|nunca|con nadie|por (?:telefono|correo|chat)|con|compartir|dar|decir|enviar|que|te|le|${give}|${putIn}|{s}))*`,
    `\\b(?:te|le|les)? ?(?:hemos|he|acabamos de|acabo de|vamos a|voy a|puedo|podemos)(?: (?:a|te|le))* ?(?:enviad[oa]|mandad[oa]|enviar(?:te|le)?|mandar(?:te|le)?|pasar(?:te|le)|dar(?:te|le)|mostrar(?:te|le))(?: (?:un|una|el|la|otro|nuevo|por sms))*(?: {s})?`,
    '\\b(?:te|le|les) (?:envi(?:o|amos|aremos|are|a)|mand(?:o|amos|aremos|are|a)|d(?:oy|amos|aremos|are)|paso|pasamos|llega(?:ra)?)(?: (?:un|una|el|la|otro|nuevo|por sms|tambien))*(?: {s})?',
    '\\b(?:banco|aplicacion|app|pagina|sistema|web|tienda|vendedor) (?:puede que )?(?:te|le)?(?: puede| va a)? ?(?:envi(?:e|a|ara|ar)|mand(?:e|a|ara|ar)|pid(?:a|e)|pedira|pedir)(?:te|le)?\\b.*',
    '\\b(?:envie|mande) (?:un|otro)(?: nuevo)? codigo (?:a|al|por)\\b',
    `\\bsin (?:dar|compartir|enviar|decir|facilitar|mostrar|revelar)(?:le|nos|me)?\\b.*`,
    '\\b(?:quien|alguien|cualquiera|si (?:te|le)|estafador(?:es)?|persona|mensaje|correo|pagina|sitio|llamada)(?: (?:que|te|le|les|os|quiera|diga que|se haga pasar por \\w+ y|y))* (?:pid[ea]n?|piden|solicit[ea]n?|quier[ea]n?|exij[ae]n?|pregunt[ea]n?)\\b.*',
    '\\b(?:restablece[r]?|cambia[r]?|cambie|nueva|olvid(?:e|aste|o|ada)|perdi|crea[r]?|elige|elegir|recuerdas?) (?:de )?(?:tu |su |la |mi |una )?(?:nueva )?{s}',
    '\\b(?:no|ni) (?:tu |su |la |el )?{s}',
  ],
  asks: [
    `\\b${give}\\b.{0,60}?{s}`,
    `{s}.{0,30}?\\b(?:${give})$`,
    `\\b${putIn}\\b.{0,60}?{s}.{0,40}?${here}`,
    `\\b${putIn}\\b ?${here}.{0,40}?{s}`,
    `${here},? (?:\\w+ ){0,2}?${putIn}\\b.{0,40}?{s}`,
    `\\b(?:necesit(?:o|amos|are|aria|aremos|ariamos)|requier(?:o|e)|requerimos|quier(?:o|emos)|me hace falta|nos hace falta|me hacen falta|me falta|nos falta|preciso|precisamos|solo falta|ocupo|ocupamos|te pido|le pido|te pedimos|le pedimos|pedirte|pedirle|solicito|solicitamos)\\b(?: (?:que|me|nos|des|diga|digas|saber|tener|ver|confirmar|verificar|de|con|conocer))*(?: \\w+){0,4}? {s}`,
    `\\b(?:cual|cuales) (?:es|son|era|fue|seria)(?: \\w+){0,4}? {s}`,
    `\\bque (?:{s}) (?:te|le|usa|uso|tiene|recib|pus)`,
    `\\b(?:me|nos) (?:puede[sn]?|podria[sn]?|podes|das?|dice[sn]?|pasa[sn]?|manda[sn]?|envia[sn]?|facilita[sn]?|confirma[sn]?|comparte[sn]?|indica[sn]?|dicta[sn]?|repite[sn]?|pasas|regala[sn]?|recuerda[sn]?)\\b.{0,60}?{s}`,
    `\\b(?:puede[sn]?|podria[sn]?|podes) (?:confirmar|verificar|repetir|decir|dar|enviar|mandar|pasar|facilitar|compartir|indicar)(?:me|nos|melo)?\\b.{0,40}?{s}`,
    `\\b(?:confirm(?:a|e|ame|eme|anos|enos|ar|arme)|repit(?:e|a|eme|ame)|verifi(?:ca|que|came|queme))(?: (?:tu|su|la|el|los|las|cual es))+(?: \\w+){0,2}? ?{s}`,
    `\\b(?:responde|responda|contesta|conteste|respondeme|respondame)(?: \\w+){0,3}? con\\b.{0,40}?{s}`,
    `\\b(?:quedo a la espera del?|en espera del?|espero|esperamos|estoy esperando)\\b(?: \\w+){0,2}? {s}`,
    `^(?:y |entonces |ahora |bueno |ok |tambien )*(?:tu|su|el|la|los)(?: \\w+){0,2}? {s}(?: por favor| tambien| ahora| otra vez)*\\?*$`,
    `^(?:\\w+ ){0,2}?{s},? por favor\\b`,
    `\\b(?:foto|captura|imagen|pantallazo) (?:de|del|con|donde se vea)\\b.{0,40}?{s}`,
  ],
  asksForIt: [
    `^(?:por favor |ahora |y |luego |entonces |ya |me |nos |puedes |puede |podrias |podria )*(?:envia|envie|manda|mande|da|de|di|diga|dicta|dicte|pasa|pase|reenvia|reenvie|comparte|compartir|enviar|mandar|decir|pasar|dar|lee|lea)(?:me|nos)?(?:lo|la|los|las)\\b`,
    `^(?:por favor |ahora |y |me |nos )*(?:me|nos) (?:lo|la|los) (?:das?|dice[sn]?|pasa[sn]?|manda[sn]?|envia[sn]?|puede[sn]?|podria[sn]?|dicta[sn]?)\\b`,
    `^(?:por favor |ahora |y )*(?:escribe|escriba|pon|ponga|ingresa|ingrese|introduce|deja|deje|pega|pegue)(?:lo|la|los|las) ${here}`,
    '^(?:y )?(?:cual es|que dice|que numero es)\\?*$',
  ],
};
