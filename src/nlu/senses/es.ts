/** Words that ask for the same in talk about money and accounts, without accents, one class a line. */
export const spanish = `
dinero plata efectivo fondos saldo lana guita pasta
enviar mandar transferir transferencia girar envio remitir
comprar compra adquirir
pagar pago abonar cobro
retirar retiro sacar extraer extraccion disponer
recargar recarga cargar depositar deposito ingresar ingreso anadir agregar
reembolso reembolsar devolver devolucion reintegro reintegrar
cancelar anular parar detener revertir deshacer
cuenta perfil monedero billetera cartera
contrasena clave password pass
olvidar olvide olvidado perder perdi perdido recordar recuerdo acuerdo
restablecer recuperar resetear restaurar
cambiar cambio actualizar modificar editar corregir sustituir
eliminar borrar cerrar baja quitar desactivar suprimir
abrir crear registrar registrarme registro alta inscribirme
entrar acceder acceso iniciar sesion login ingresar loguear
fallar fallo fallido rechazar rechazado denegado declinado
pendiente proceso procesando atascado retrasado demora tarda tardar retraso espera
comision comisiones tarifa costo coste cargo precio cuesta cobran
tasa tipo divisa convertir conversion cambio
limite maximo tope
verificar verificacion validar identidad documento dni pasaporte kyc
codigo pin otp sms
telefono movil celular numero
correo email mail
tarjeta debito visa mastercard
banco bancaria iban
agente persona humano asesor operador representante alguien
estafa fraude estafado estafador timo enganado timado
hackear hackeado robado robaron hackearon comprometida
phishing falso sospechoso suplantar enganoso
bloquear bloqueado congelado suspendido deshabilitado restringido bloquearon
desbloquear reactivar descongelar
doble duplicado veces repetido
tienda comercio comerciante vendedor negocio
amigo destinatario otro gente
historial extracto movimientos transacciones operaciones
recibo factura comprobante justificante
donde encuentro ubicacion
cuando cuanto tiempo dias plazo
como manera pasos forma
porque motivo razon causa
ayuda ayudar asistencia soporte ayudame
queja reclamar reclamo reclamacion quejar
cupon vale promocion descuento oferta bono
referido invitar recomendar invitacion
extranjero exterior internacional pais fuera
llegar llego llegado recibir recibido acreditar acreditado aparece
mal incorrecto error equivocado equivoque equivocacion
app aplicacion programa
gracias agradezco
adios chao hasta luego
si claro vale dale ok bueno
no nada tampoco nunca
necesito quiero quisiera deseo querria
puedo puede pueden podria posible
`;
