const en = {
  open: "Open chat",
  openUnread: "Open chat, unread messages: {n}",
  close: "Close chat",
  dialog: "Chat with {name}",
  online: "We are online",
  away: "We answer as soon as we can",
  greeting: "Hello! How can we help?",
  conversation: "Conversation",
  placeholder: "Write a message…",
  message: "Message",
  send: "Send",
  sending: "Sending",
  sent: "Sent",
  failed: "Not sent",
  tooLong: "Too long",
  retry: "Try again",
  remove: "Remove",
  left: "Characters left: {n}",
  unreadDivider: "New",
  jump: "Go to the newest message",
  reconnecting: "Reconnecting…",
  offline: "You are offline. Messages are sent when you are back.",
  typing: "{name} is typing",
  dismiss: "Dismiss",
  newFrom: "New message from {name}: {text}",
  loading: "Loading messages",
  olderFailed: "Earlier messages could not be loaded.",
  you: "You",
  unsupported: "This message cannot be shown here.",
  file: "File",
  attach: "Attach a file",
  drop: "Drop files here to send them",
  uploading: "Sending {name}",
  download: "Open {name}",
  fileTooLarge: "The file is too large",
  fileType: "Files of this type are not taken",
  fileEmpty: "The file is empty",
  fileQuota: "No more files can be taken at the moment",
};

export type Strings = typeof en;

const es: Strings = {
  open: "Abrir el chat",
  openUnread: "Abrir el chat, mensajes sin leer: {n}",
  close: "Cerrar el chat",
  dialog: "Chat con {name}",
  online: "Estamos en línea",
  away: "Respondemos lo antes posible",
  greeting: "¡Hola! ¿En qué podemos ayudarte?",
  conversation: "Conversación",
  placeholder: "Escribe un mensaje…",
  message: "Mensaje",
  send: "Enviar",
  sending: "Enviando",
  sent: "Enviado",
  failed: "No enviado",
  tooLong: "Demasiado largo",
  retry: "Reintentar",
  remove: "Eliminar",
  left: "Caracteres restantes: {n}",
  unreadDivider: "Nuevo",
  jump: "Ir al mensaje más reciente",
  reconnecting: "Reconectando…",
  offline: "Sin conexión. Los mensajes se enviarán cuando vuelvas.",
  typing: "{name} está escribiendo",
  dismiss: "Descartar",
  newFrom: "Nuevo mensaje de {name}: {text}",
  loading: "Cargando mensajes",
  olderFailed: "No se pudieron cargar los mensajes anteriores.",
  you: "Tú",
  unsupported: "Este mensaje no se puede mostrar aquí.",
  file: "Archivo",
  attach: "Adjuntar un archivo",
  drop: "Suelta aquí los archivos para enviarlos",
  uploading: "Enviando {name}",
  download: "Abrir {name}",
  fileTooLarge: "El archivo es demasiado grande",
  fileType: "No se aceptan archivos de este tipo",
  fileEmpty: "El archivo está vacío",
  fileQuota: "Ahora no se aceptan más archivos",
};

const pt: Strings = {
  open: "Abrir o chat",
  openUnread: "Abrir o chat, mensagens não lidas: {n}",
  close: "Fechar o chat",
  dialog: "Chat com {name}",
  online: "Estamos online",
  away: "Respondemos assim que possível",
  greeting: "Olá! Como podemos ajudar?",
  conversation: "Conversa",
  placeholder: "Escreva uma mensagem…",
  message: "Mensagem",
  send: "Enviar",
  sending: "Enviando",
  sent: "Enviada",
  failed: "Não enviada",
  tooLong: "Longa demais",
  retry: "Tentar de novo",
  remove: "Remover",
  left: "Caracteres restantes: {n}",
  unreadDivider: "Novas",
  jump: "Ir para a mensagem mais recente",
  reconnecting: "Reconectando…",
  offline: "Sem conexão. As mensagens serão enviadas quando você voltar.",
  typing: "{name} está digitando",
  dismiss: "Dispensar",
  newFrom: "Nova mensagem de {name}: {text}",
  loading: "Carregando mensagens",
  olderFailed: "Não foi possível carregar as mensagens anteriores.",
  you: "Você",
  unsupported: "Esta mensagem não pode ser exibida aqui.",
  file: "Arquivo",
  attach: "Anexar um arquivo",
  drop: "Solte os arquivos aqui para enviá-los",
  uploading: "Enviando {name}",
  download: "Abrir {name}",
  fileTooLarge: "O arquivo é grande demais",
  fileType: "Arquivos deste tipo não são aceitos",
  fileEmpty: "O arquivo está vazio",
  fileQuota: "No momento não é possível receber mais arquivos",
};

const de: Strings = {
  open: "Chat öffnen",
  openUnread: "Chat öffnen, ungelesene Nachrichten: {n}",
  close: "Chat schließen",
  dialog: "Chat mit {name}",
  online: "Wir sind online",
  away: "Wir antworten so bald wie möglich",
  greeting: "Hallo! Wie können wir helfen?",
  conversation: "Unterhaltung",
  placeholder: "Nachricht schreiben…",
  message: "Nachricht",
  send: "Senden",
  sending: "Wird gesendet",
  sent: "Gesendet",
  failed: "Nicht gesendet",
  tooLong: "Zu lang",
  retry: "Erneut versuchen",
  remove: "Entfernen",
  left: "Verbleibende Zeichen: {n}",
  unreadDivider: "Neu",
  jump: "Zur neuesten Nachricht",
  reconnecting: "Verbindung wird wiederhergestellt…",
  offline: "Keine Verbindung. Nachrichten gehen raus, sobald sie zurück ist.",
  typing: "{name} schreibt",
  dismiss: "Ausblenden",
  newFrom: "Neue Nachricht von {name}: {text}",
  loading: "Nachrichten werden geladen",
  olderFailed: "Frühere Nachrichten konnten nicht geladen werden.",
  you: "Du",
  unsupported: "Diese Nachricht kann hier nicht angezeigt werden.",
  file: "Datei",
  attach: "Datei anhängen",
  drop: "Dateien hier ablegen, um sie zu senden",
  uploading: "{name} wird gesendet",
  download: "{name} öffnen",
  fileTooLarge: "Die Datei ist zu groß",
  fileType: "Dateien dieser Art werden nicht angenommen",
  fileEmpty: "Die Datei ist leer",
  fileQuota: "Zurzeit können keine weiteren Dateien angenommen werden",
};

const ar: Strings = {
  open: "فتح المحادثة",
  openUnread: "فتح المحادثة، الرسائل غير المقروءة: {n}",
  close: "إغلاق المحادثة",
  dialog: "محادثة مع {name}",
  online: "نحن متصلون الآن",
  away: "سنرد في أقرب وقت ممكن",
  greeting: "مرحبًا! كيف يمكننا مساعدتك؟",
  conversation: "المحادثة",
  placeholder: "اكتب رسالة…",
  message: "الرسالة",
  send: "إرسال",
  sending: "جارٍ الإرسال",
  sent: "تم الإرسال",
  failed: "لم تُرسل",
  tooLong: "طويلة جدًا",
  retry: "إعادة المحاولة",
  remove: "إزالة",
  left: "الأحرف المتبقية: {n}",
  unreadDivider: "جديد",
  jump: "الانتقال إلى أحدث رسالة",
  reconnecting: "جارٍ إعادة الاتصال…",
  offline: "أنت غير متصل. ستُرسل الرسائل عند عودة الاتصال.",
  typing: "{name} يكتب الآن",
  dismiss: "تجاهل",
  newFrom: "رسالة جديدة من {name}: {text}",
  loading: "جارٍ تحميل الرسائل",
  olderFailed: "تعذّر تحميل الرسائل السابقة.",
  you: "أنت",
  unsupported: "لا يمكن عرض هذه الرسالة هنا.",
  file: "ملف",
  attach: "إرفاق ملف",
  drop: "أفلت الملفات هنا لإرسالها",
  uploading: "جارٍ إرسال {name}",
  download: "فتح {name}",
  fileTooLarge: "الملف كبير جدًا",
  fileType: "هذا النوع من الملفات غير مقبول",
  fileEmpty: "الملف فارغ",
  fileQuota: "لا يمكن استقبال المزيد من الملفات الآن",
};

export const languages: Readonly<Record<string, Strings>> = { en, es, pt, de, ar };

/** The first wish we can meet. The full tag is kept, for the way it writes dates. */
export function chooseLocale(wishes: readonly (string | null | undefined)[]): string {
  for (const wish of wishes) {
    const tag = wish?.trim().replaceAll("_", "-");
    if (tag && isTag(tag) && Object.hasOwn(languages, language(tag))) {
      return tag;
    }
  }
  return "en";
}

export function stringsFor(locale: string): Strings {
  return languages[language(locale)] ?? en;
}

export function isRightToLeft(locale: string): boolean {
  return language(locale) === "ar";
}

/** Puts values into the places a text names. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

function language(tag: string): string {
  return (tag.split("-")[0] ?? "").toLowerCase();
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
