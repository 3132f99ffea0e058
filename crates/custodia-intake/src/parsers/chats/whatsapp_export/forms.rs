//! The sentences of system lines by language.
//!
//! `{A}` acted, `{B}` is concerned, `{O}` and `{N}` are values before and after, `{M}` is a number before, `{*}` is anything.
//! `[A:…]` and `[B:…]` are words that name the person who exported the chat, as the one who acted or whom it concerns; where the app
//! says `You` or `Você` in place of a name, the sentence is that of a name. `"` is any quotation mark, `'` any apostrophe; a full stop
//! at the end may stand or not. Order is priority.
//!
//! Source: interface strings and exports collected by whats_json and WhatsR.

/// A word for what happened and the sentence.
pub type Form = (&'static str, &'static str);

/// Stands for all languages of which only few sentences are known.
pub const ANOTHER: &str = "another";

/// Languages with their sentences.
pub const LANGUAGES: &[(&str, &[Form])] = &[
    ("English", ENGLISH),
    ("Spanish", SPANISH),
    ("Portuguese", PORTUGUESE),
    ("Italian", ITALIAN),
    ("German", GERMAN),
    ("French", FRENCH),
    (ANOTHER, OTHERS),
];

#[rustfmt::skip]
const ENGLISH: &[Form] = &[
    ("end-to-end notice", "Messages and calls are end-to-end encrypted{*}"),
    ("end-to-end notice", "Messages you send to this {*} end-to-end encryption{*}"),
    ("end-to-end notice", "Messages to this {*} end-to-end encrypt{*}"),
    ("created", "{A} created group \"{N}\""), ("created", "{A} created this group"), ("created", "{A} created the group \"{N}\""),
    ("subject changed", "{A} changed the {*} from \"{O}\" to \"{N}\""),
    ("subject changed", "{A} changed the subject to \"{N}\""), ("subject changed", "{A} changed the group name to \"{N}\""),
    ("description changed", "[A:You] {*}d the group description"), ("description changed", "{A} changed the group description"),
    ("description changed", "{A} deleted the group description"),
    ("joined by link", "{A} joined using {*}link"), ("joined from invitation", "{A} joined using {*}invite"),
    ("joined from invitation", "{A} joined from an invitation{*}"), ("joined by link", "{A} joined via {*}link"),
    ("joined from community", "{A} joined from the community"), ("joined from community", "{A} joined the community"),
    ("number changed", "{A} changed their phone number{*}"), ("number changed", "{A} changed to a new number{*}"),
    ("number changed", "{A} changed to {N}"), ("number changed", "{A} changed from {M} to {N}"),
    ("promoted", "[B:You're now] an admin{*}"), ("demoted", "[B:You're no longer] an admin{*}"),
    ("promoted", "{B} is now an admin"), ("demoted", "{B} is no longer an admin"),
    ("removed", "{B} was removed by {A}"), ("removed", "{B} were removed by {A}"), ("added", "{B} was added by {A}"), ("added", "{B} were added by {A}"),
    ("removed", "{A} removed {B}"), ("removed", "{B} was removed"), ("removed", "{B} were removed"),
    ("added", "{A} added {B} to the group"), ("added", "{A} added {B}"), ("added", "{B} was added"), ("added", "{B} were added"),
    ("left", "{A} left the group"), ("left", "{A} left"),
    ("icon changed", "{A} changed this group's icon"), ("icon deleted", "{A} deleted this group's icon"),
    ("link reset", "{A} reset this group's invite link"), ("link reset", "{A} revoked this group's invite link"),
    ("group ended", "{A} ended this group"),
    ("sending restricted to admins", "{A} changed {*} only admins to send {*}"), ("sending open to all", "{A} changed {*} all {*} to send {*}"),
    ("group info restricted to admins", "{A} changed {*} only admins to edit {*}"), ("group info open to all", "{A} changed {*} all {*} to edit {*}"),
    ("disappearing timer changed", "{A} turned on disappearing messages{*}"), ("disappearing timer changed", "{A} turned off disappearing messages{*}"),
    ("disappearing timer changed", "{A} updated the message timer{*}"),
    ("join approval on", "{A} turned on admin approval{*}"), ("join approval off", "{A} turned off admin approval{*}"),
    ("advanced chat privacy", "{A} turned on advanced chat privacy{*}"), ("advanced chat privacy", "{A} turned off advanced chat privacy{*}"),
    ("message pinned", "{A} pinned a message"),
    ("security code changed", "Your security code with {B} changed{*}"), ("security code changed", "{B}'s security code changed{*}"),
    ("contact blocked or unblocked", "{A} blocked this contact{*}"), ("contact blocked or unblocked", "{A} unblocked this contact{*}"),
    ("contact card", "{B} is a contact"), ("call started", "{A} started a call"), ("call started", "{A} started a video call"),
    ("missed call", "Missed voice call{*}"), ("missed call", "Missed video call{*}"), ("missed call", "Missed group v{*} call{*}"),
];

#[rustfmt::skip]
const SPANISH: &[Form] = &[
    ("end-to-end notice", "Los mensajes y las llamadas están cifrados de extremo a extremo{*}"), ("end-to-end notice", "Los mensajes {*} cifrado{*} de extremo a extremo{*}"),
    ("created", "[A:Creaste] el grupo \"{N}\""), ("created", "[A:Creaste] este grupo"), ("created", "{A} creó el grupo \"{N}\""), ("created", "{A} creó este grupo"),
    ("subject changed", "[A:Cambiaste] el {*} de \"{O}\" a \"{N}\""), ("subject changed", "{A} cambió el {*} de \"{O}\" a \"{N}\""),
    ("subject changed", "[A:Cambiaste] el asunto a \"{N}\""), ("subject changed", "{A} cambió el asunto a \"{N}\""),
    ("subject changed", "[A:Cambiaste] el nombre del grupo a \"{N}\""), ("subject changed", "{A} cambió el nombre del grupo a \"{N}\""),
    ("joined by link", "[A:Te uniste] {*} enlace {*}"), ("joined by link", "{A} se unió {*} enlace {*}"),
    ("joined from invitation", "{A} se unió {*}tu invitación{*}"), ("joined from community", "{A} se unió {*}comunidad{*}"),
    ("number changed", "{A} cambió su número de teléfono{*}"), ("number changed", "{A} cambió a {N}"),
    ("promoted", "[B:Ahora eres] {*}admin{*}"), ("demoted", "[B:Ya no eres] {*}admin{*}"),
    ("removed", "[B:Se te eliminó]{*}"), ("removed", "[B:Te eliminaron]{*}"), ("removed", "{A} [B:te eliminó]{*}"),
    ("removed", "Se eliminó a {B}"), ("removed", "[A:Eliminaste] a {B}"), ("removed", "{A} eliminó a {B}"),
    ("removed", "{B} fueron eliminados"), ("removed", "{B} fueron eliminadas"), ("added", "{B} fueron añadidos"), ("added", "{B} fueron añadidas"),
    ("added", "{B} fueron agregados"), ("added", "{B} fueron agregadas"),
    ("added", "[B:Se te añadió]{*}"), ("added", "[B:Te añadieron]{*}"), ("added", "{A} [B:te añadió]{*}"),
    ("added", "Se añadió a {B}"), ("added", "[A:Añadiste] a {B}"), ("added", "{A} añadió a {B}"),
    ("added", "[B:Se te agregó]{*}"), ("added", "[B:Te agregaron]{*}"), ("added", "{A} [B:te agregó]{*}"),
    ("added", "Se agregó a {B}"), ("added", "[A:Agregaste] a {B}"), ("added", "{A} agregó a {B}"),
    ("left", "[A:Saliste] del grupo"), ("left", "[A:Saliste]"), ("left", "{A} salió del grupo"), ("left", "{A} salió"),
    ("icon changed", "[A:Cambiaste] el ícono de este grupo"), ("icon changed", "[A:Cambiaste] el icono de este grupo"), ("icon changed", "[A:Cambiaste] la imagen de este grupo"), ("icon changed", "{A} cambió el ícono de este grupo"), ("icon changed", "{A} cambió el icono de este grupo"),
    ("icon changed", "{A} cambió la imagen de este grupo"), ("icon deleted", "{A} eliminó el ícono de este grupo"), ("icon deleted", "{A} eliminó el icono de este grupo"),
    ("description changed", "[A:Cambiaste] la descripción del grupo"), ("description changed", "{A} cambió la descripción del grupo"),
    ("link reset", "[A:Restableciste] el enlace {*}"), ("link reset", "[A:Anulaste] el enlace {*}"), ("link reset", "{A} restableció el enlace {*}"), ("link reset", "{A} anuló el enlace {*}"),
    ("group ended", "[A:Cerraste] este grupo"), ("group ended", "{A} cerró este grupo"),
    ("security code changed", "Cambió tu código de seguridad con {B}. {*}"), ("security code changed", "Cambió tu código de seguridad con {B}"),
    ("security code changed", "Tu código de seguridad con {B} cambió{*}"),
    ("missed call", "Llamada perdida{*}"), ("missed call", "Llamada de voz perdida{*}"), ("missed call", "Videollamada perdida{*}"),
];

#[rustfmt::skip]
const PORTUGUESE: &[Form] = &[
    ("end-to-end notice", "As mensagens e{*} chamadas são {*}ponta a ponta{*}"), ("end-to-end notice", "As mensagens e{*} chamadas são {*}ponto a ponto{*}"),
    ("created", "[A:Criou] o grupo \"{N}\""), ("created", "[A:Criou] este grupo"),
    ("created", "{A} criou o grupo \"{N}\""), ("created", "{A} criou este grupo"),
    ("subject changed", "O título do grupo foi alterado para \"{N}\" por {A}"),
    ("subject changed", "{A} alterou {*} \"{O}\" para \"{N}\""), ("subject changed", "{A} mudou {*} \"{O}\" para \"{N}\""),
    ("subject changed", "{A} alterou {*} para \"{N}\""), ("subject changed", "{A} mudou {*} para \"{N}\""),
    ("joined by link", "[A:Entrou] no grupo através {*}"),
    ("joined from invitation", "{A} entrou usando seu convite"), ("joined from invitation", "{A} usou o seu convite {*}"),
    ("joined by link", "{A} entrou usando {*}link{*}"), ("joined by link", "{A} entrou no grupo através {*}"), ("joined by link", "{A} aderiu à comunidade através {*}convite{*}"), ("joined from community", "{A} aderiu à comunidade {*}"),
    ("joined from community", "{A} entrou {*}comunidade{*}"),
    ("number changed", "{A} mudou o número para {N}"), ("number changed", "{A} alterado para {N}"), ("number changed", "{A} mudou de número de tele{*}"),
    ("number changed", "{A} mudou para {N}"),
    ("promoted", "[B:Você agora é] {*}admin{*}"), ("demoted", "[B:Você não é mais] {*}admin{*}"),
    ("promoted", "[B:Passou a ser] administrador{*}"), ("demoted", "[B:Deixou de ser] administrador{*}"),
    ("removed", "{A} removeu [B:você]{*}"), ("removed", "[B:Foi removido] {*} por {A}"), ("removed", "[B:Foi removida] {*} por {A}"),
    ("removed", "[B:Foi removid]{*}"), ("removed", "O participante {B} foi removido"), ("removed", "{B} foi removido por {A}"), ("removed", "{B} foi removida por {A}"), ("removed", "{B} foi removid{*}"), ("removed", "{B} foram removid{*}"),
    ("removed", "[A:Removeu] {B} do grupo"), ("removed", "[A:Removeu] {B} deste grupo"), ("removed", "[A:Removeu] {B}"),
    ("removed", "{A} removeu {B} do grupo"), ("removed", "{A} removeu {B} deste grupo"), ("removed", "{A} removeu {B}"),
    ("added", "{A} adicionou [B:você]{*}"), ("added", "[B:Foi adicionado] {*} por {A}"), ("added", "[B:Foi adicionada] {*} por {A}"),
    ("added", "[B:Foi adicionado/a] {*} por {A}"), ("added", "[B:Foi adicionado(/a)] {*} por {A}"), ("added", "[B:Foi adicionad]{*}"),
    ("added", "Usuário adicionado: {B}"), ("added", "{B} foi adicionado por {A}"), ("added", "{B} foi adicionada por {A}"), ("added", "{B} foi adicionad{*}"), ("added", "{B} foram adicionad{*}"), ("added", "[A:Adicionou] {B} a este grupo"), ("added", "[A:Adicionou] {B}"),
    ("added", "{A} adicionou {B} a este grupo"), ("added", "{A} adicionou {B}"),
    ("left", "[A:Saiu] do grupo"), ("left", "{A} saiu do grupo"), ("left", "{A} saiu"),
    ("icon changed", "{A} mudou a imagem d{*}"), ("icon changed", "[A:Alterou] o ícone deste grupo"), ("icon changed", "{A} alterou o ícone deste grupo"),
    ("description changed", "{A} alterou a descrição do grupo"), ("description changed", "{A} mudou a descrição do grupo"),
    ("link reset", "{A} redefiniu o link de convite{*}"), ("link reset", "{A} revogou {*} convite{*}"), ("link reset", "{A} repôs a ligação de convite{*}"),
    ("group ended", "{A} apagou este grupo"), ("group ended", "{A} encerrou este grupo"),
    ("security code changed", "Seu código de segurança com {B} mudou{*}"), ("security code changed", "O seu código de segurança partilhado com {B} mudou{*}"),
    ("missed call", "Chamada de voz perdida{*}"), ("missed call", "Videochamada perdida{*}"), ("missed call", "Chamada de vídeo perdida{*}"),
];

#[rustfmt::skip]
const ITALIAN: &[Form] = &[
    ("end-to-end notice", "I messaggi e le chiamate sono crittografati end-to-end{*}"), ("end-to-end notice", "I messaggi {*} crittografia end-to-end{*}"),
    ("created", "[A:Hai] creato il gruppo \"{N}\""), ("created", "[A:Hai] creato questo gruppo"), ("created", "{A} ha creato il gruppo \"{N}\""), ("created", "{A} ha creato questo gruppo"),
    ("subject changed", "[A:Hai] cambiato {*} da \"{O}\" {*} \"{N}\""), ("subject changed", "{A} ha cambiato {*} da \"{O}\" {*} \"{N}\""),
    ("subject changed", "[A:Hai] cambiato l'oggetto in \"{N}\""), ("subject changed", "{A} ha cambiato l'oggetto in \"{N}\""), ("subject changed", "{A} ha cambiato il nome del gruppo in \"{N}\""),
    ("joined by link", "[A:Sei] entrat{*} link d'invito{*}"), ("joined by link", "[A:Hai] usato il link d'invito per entrare {*}"), ("joined by link", "{A} è entrato usando il link d'invito{*}"), ("joined by link", "{A} è entrata usando il link d'invito{*}"),
    ("joined by link", "{A} ha usato il link d'invito per entrare nel gruppo"), ("joined by link", "{A} ha usato il link d'invito {*}"),
    ("joined from invitation", "{A} è entrato {*}tuo invito{*}"), ("joined from community", "{A} è entrat{*}dalla community"),
    ("number changed", "{A} ha cambiato numero da {M} a {N}"), ("number changed", "{A} ha cambiato numero{*}"), ("number changed", "{A} è stato cambiato con {N}"),
    ("promoted", "[B:Ora sei] un amministratore{*}"), ("promoted", "[B:Ora sei] amministratore{*}"), ("demoted", "[B:Non sei più] {*}amministratore{*}"),
    ("removed", "{A} [B:ti ha] rimosso{*}"), ("removed", "[A:Hai] rimosso {B}"), ("removed", "{A} ha rimosso {B}"), ("removed", "[B:Sei] stato rimosso{*}"), ("removed", "[B:Sei] stata rimossa{*}"), ("removed", "[B:Ti] hanno rimosso{*}"),
    ("removed", "{B} è stato rimosso"), ("removed", "{B} è stata rimossa"), ("removed", "{B} sono stati rimossi"), ("removed", "{B} sono state rimosse"), ("removed", "{B} non fa più parte del gruppo"),
    ("added", "{A} [B:ti ha] aggiunto{*}"), ("added", "[A:Hai] aggiunto {B}"), ("added", "{A} ha aggiunto {B}"), ("added", "[B:Sei] stato aggiunto{*}"), ("added", "[B:Sei] stata aggiunta{*}"), ("added", "[B:Ora fai] parte del gruppo"),
    ("added", "È stato aggiunto l'utente {B}"), ("added", "{B} è stato aggiunto"), ("added", "{B} è stata aggiunta"), ("added", "{B} sono stati aggiunti"), ("added", "{B} sono state aggiunte"),
    ("left", "[A:Hai] abbandonato{*}"), ("left", "{A} ha abbandonato il gruppo"), ("left", "{A} ha abbandonato"),
    ("icon changed", "[A:Hai] cambiato l'immagine {*}"), ("icon changed", "{A} ha cambiato l'immagine {*}"), ("icon deleted", "{A} ha eliminato l'immagine {*}"),
    ("description changed", "[A:Hai] cambiato la descrizione del gruppo"), ("description changed", "{A} ha cambiato la descrizione del gruppo"),
    ("link reset", "[A:Hai] reimpostato il link d'invito{*}"), ("link reset", "[A:Hai] revocato il link d'invito{*}"), ("group ended", "[A:Hai] chiuso questo gruppo"),
    ("link reset", "{A} ha reimpostato il link d'invito{*}"), ("link reset", "{A} ha revocato il link d'invito{*}"), ("group ended", "{A} ha chiuso questo gruppo"),
    ("security code changed", "Il tuo codice di sicurezza con {B} è cambiato{*}"),
    ("missed call", "Chiamata vocale persa{*}"), ("missed call", "Videochiamata persa{*}"),
];

#[rustfmt::skip]
const GERMAN: &[Form] = &[
    ("end-to-end notice", "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt{*}"), ("end-to-end notice", "Nachrichten {*} Ende-zu-Ende-{*}"),
    ("created", "[A:Du] hast die Gruppe \"{N}\" erstellt"), ("created", "[A:Du] hast diese Gruppe erstellt"), ("created", "{A} hat die Gruppe \"{N}\" erstellt"), ("created", "{A} hat diese Gruppe erstellt"),
    ("subject changed", "[A:Du] hast {*} von \"{O}\" zu \"{N}\" geändert"), ("subject changed", "{A} hat {*} von \"{O}\" zu \"{N}\" geändert"),
    ("subject changed", "[A:Du] hast den Betreff zu \"{N}\" geändert"), ("subject changed", "{A} hat den Betreff zu \"{N}\" geändert"), ("subject changed", "{A} hat den Gruppennamen zu \"{N}\" geändert"),
    ("subject changed", "{A} hat den Betreff auf \"{N}\" geändert"),
    ("joined by link", "[A:Du bist] {*} Einladungslink beigetreten"), ("joined by link", "{A} ist {*} Einladungslink beigetreten"), ("joined from invitation", "{A} ist über deine Einladung beigetreten"),
    ("joined from community", "{A} ist {*} Community {*}beigetreten"),
    ("number changed", "{A} hat zu {N} gewechselt"), ("number changed", "{A} hat die Telefonnummer gewechselt{*}"), ("number changed", "{A} hat {*} neue Telefonnummer{*}"),
    ("promoted", "[B:Du bist jetzt] {*}Admin{*}"), ("demoted", "[B:Du bist kein] Admin mehr"), ("demoted", "[B:Du bist kein]{*}Admin mehr"),
    ("removed", "{A} hat [B:dich] entfernt"), ("removed", "[A:Du] hast {B} entfernt"), ("removed", "{A} hat {B} entfernt"), ("removed", "[B:Du] wurdest entfernt"),
    ("removed", "{B} wurde von {A} entfernt"), ("removed", "{B} wurden von {A} entfernt"), ("added", "{B} wurde von {A} hinzugefügt"), ("added", "{B} wurden von {A} hinzugefügt"),
    ("removed", "{B} wurde entfernt"), ("removed", "{B} wurden entfernt"),
    ("added", "{A} hat [B:dich] hinzugefügt"), ("added", "[A:Du] hast {B} hinzugefügt"), ("added", "{A} hat {B} hinzugefügt"), ("added", "[B:Du] wurdest hinzugefügt"),
    ("added", "{B} wurde hinzugefügt"), ("added", "{B} wurden hinzugefügt"),
    ("left", "[A:Du] hast die Gruppe verlassen"), ("left", "{A} hat die Gruppe verlassen"),
    ("icon deleted", "[A:Du] hast das Gruppenbild gelöscht"), ("icon changed", "[A:Du] hast das Gruppenbild {*}"), ("icon changed", "{A} hat das Gruppenbild geändert"), ("icon deleted", "{A} hat das Gruppenbild gelöscht"),
    ("description changed", "[A:Du] hast die Gruppenbeschreibung {*}"), ("description changed", "{A} hat die Gruppenbeschreibung {*}"),
    ("link reset", "[A:Du] hast {*}Einladungslink zurückgesetzt"), ("link reset", "[A:Du] hast {*}Einladungslink widerrufen"), ("link reset", "{A} hat {*}Einladungslink zurückgesetzt"), ("link reset", "{A} hat {*}Einladungslink widerrufen"),
    ("group ended", "[A:Du] hast diese Gruppe aufgelöst"), ("group ended", "{A} hat diese Gruppe aufgelöst"),
    ("security code changed", "Deine Sicherheitsnummer für {B} hat sich geändert{*}"), ("security code changed", "Dein Sicherheitscode für {B} hat sich geändert{*}"),
    ("security code changed", "Deine Sicherheitsnummer {*} geändert{*}"),
    ("missed call", "Verpasster Sprachanruf{*}"), ("missed call", "Verpasster Videoanruf{*}"),
];

#[rustfmt::skip]
const FRENCH: &[Form] = &[
    ("end-to-end notice", "Les messages et les appels sont chiffrés de bout en bout{*}"), ("end-to-end notice", "Les messages {*} bout en bout{*}"),
    ("created", "[A:Vous] avez créé le groupe \"{N}\""), ("created", "[A:Vous] avez créé ce groupe"), ("created", "{A} a créé le groupe \"{N}\""), ("created", "{A} a créé ce groupe"),
    ("subject changed", "[A:Vous] avez {*} \"{O}\" en \"{N}\""), ("subject changed", "{A} a modifié le {*} \"{O}\" en \"{N}\""),
    ("subject changed", "[A:Vous] avez modifié le sujet en \"{N}\""), ("subject changed", "{A} a modifié le sujet en \"{N}\""), ("subject changed", "{A} a remplacé le sujet par \"{N}\""),
    ("subject changed", "{A} a modifié le nom du groupe en \"{N}\""),
    ("joined by link", "[A:Vous] avez intégré {*}lien d'invitation{*}"), ("joined by link", "[A:Vous] avez rejoint {*}lien d'invitation{*}"), ("joined from community", "[A:Vous] avez rejoint {*}communauté{*}"), ("joined by link", "{A} a intégré {*}lien d'invitation{*}"), ("joined by link", "{A} a rejoint {*}lien d'invitation{*}"),
    ("joined from invitation", "{A} a rejoint {*}votre invitation"), ("joined from community", "{A} a rejoint {*}communauté{*}"),
    ("number changed", "{A} est passé à {N}"), ("number changed", "{A} est passé·e à {N}"), ("number changed", "{A} a changé de numéro de téléphone{*}"),
    ("promoted", "[B:Vous êtes maintenant] {*}admin{*}"), ("promoted", "[B:Vous êtes désormais] {*}admin{*}"), ("demoted", "[B:Vous n'êtes plus] {*}admin{*}"),
    ("removed", "{A} [B:vous a] retiré{*}"), ("removed", "[A:Vous] avez retiré {B}"), ("removed", "{A} a retiré {B}"), ("removed", "[B:Vous] avez été retiré{*}"), ("removed", "{B} a été retiré par {A}"), ("removed", "{B} a été retirée par {A}"), ("removed", "{B} a été retiré{*}"), ("removed", "{B} ont été retiré{*}"),
    ("added", "{A} [B:vous a] ajouté{*}"), ("added", "[A:Vous] avez ajouté {B}"), ("added", "{A} a ajouté {B}"), ("added", "[B:Vous] avez été ajouté{*}"), ("added", "{B} a été ajouté par {A}"), ("added", "{B} a été ajoutée par {A}"), ("added", "{B} a été ajouté{*}"), ("added", "{B} ont été ajouté{*}"),
    ("left", "[A:Groupe quitté]"), ("left", "[A:Vous êtes] parti{*}"), ("left", "[A:Vous avez] quitté le groupe"), ("left", "{A} est parti"), ("left", "{A} est partie"), ("left", "{A} est parti·e"),
    ("left", "{A} a quitté le groupe"), ("left", "{A} a quitté"),
    ("icon deleted", "[A:Vous] avez supprimé l'icône de ce groupe"), ("icon changed", "[A:Vous] avez {*} l'icône de ce groupe"), ("icon changed", "{A} a changé l'icône de ce groupe"), ("icon deleted", "{A} a supprimé l'icône de ce groupe"),
    ("description changed", "[A:Vous] avez {*} la description du groupe"), ("description changed", "{A} a changé la description du groupe"), ("description changed", "{A} a modifié la description du groupe"),
    ("link reset", "[A:Vous] avez réinitialisé le lien d'invitation{*}"), ("link reset", "[A:Vous] avez révoqué le lien d'invitation{*}"), ("group ended", "[A:Vous] avez fermé ce groupe"),
    ("link reset", "{A} a réinitialisé le lien d'invitation{*}"), ("link reset", "{A} a révoqué le lien d'invitation{*}"), ("group ended", "{A} a fermé ce groupe"),
    ("security code changed", "Votre code de sécurité avec {B} a changé{*}"),
    ("missed call", "Appel vocal manqué{*}"), ("missed call", "Appel vidéo manqué{*}"),
];

/// Dutch, Polish, Romanian, Russian, Turkish, Arabic, Persian, Czech, Swedish: who came, who was added, who left.
#[rustfmt::skip]
const OTHERS: &[Form] = &[
    ("joined by link", "{A} is deelnemer geworden via de uitnodigingslink{*}"), ("added", "{A} heeft {B} toegevoegd"), ("left", "{A} heeft de groep verlaten"),
    ("joined by link", "{A} dołączył do grupy, używając linku{*}"), ("joined by link", "{A} dołączyła do grupy, używając linku{*}"), ("joined by link", "{A} dołączył(a) do grupy, używając linku{*}"),
    ("added", "{A} dodał {B}"), ("added", "{A} dodała {B}"), ("added", "{A} dodał(a) {B}"),
    ("left", "{A} opuścił"), ("left", "{A} opuściła"), ("left", "{A} opuścił(a)"), ("left", "{A} opuścił grupę"), ("left", "{A} opuściła grupę"), ("left", "{A} opuścił(a) grupę"),
    ("joined by link", "{A} s-a alăturat grupului utilizând acest link"), ("joined by link", "{A} a intrat în grup prin linkul de invitație"), ("added", "{A} a adăugat pe {B}"), ("added", "{A} l-a adăugat pe {B}"),
    ("added", "{A} a adăugat {B}"), ("left", "{A} a ieșit"),
    ("joined by link", "{A} присоединился {*}используя приглашение{*}"), ("joined by link", "{A} присоединилась {*}используя приглашение{*}"), ("joined by link", "{A} присоединился(-ась){*}используя приглашение{*}"),
    ("joined by link", "{A} присоединился, используя приглашение{*}"), ("joined by link", "{A} присоединилась, используя приглашение{*}"),
    ("joined by link", "{A} вступил, используя приглашение{*}"), ("joined by link", "{A} вступила, используя приглашение{*}"),
    ("joined by link", "{A} вступил {*}используя приглашение{*}"), ("joined by link", "{A} вступила {*}используя приглашение{*}"), ("joined by link", "{A} вступил(-а){*}используя приглашение{*}"),
    ("added", "{A} добавил {B}"), ("added", "{A} добавила {B}"), ("added", "{A} добавил(-а) {B}"), ("left", "{A} покинул группу"), ("left", "{A} покинула группу"), ("left", "{A} покинул(-а) группу"),
    ("joined by link", "{A} bu grubun davet bağlantısını kullanarak katıldı"), ("added", "{A}, {B} kişisini ekledi"), ("added", "{A}, {B} ekledi"), ("left", "{A} ayrıldı"),
    ("joined by link", "{A} انضم إلى المجموعة عبر استخدام رابط الدعوة{*}"), ("joined by link", "انضم {A} إلى المجموعة عبر استخدام رابط الدعوة{*}"), ("added", "{A} أضاف {B}"), ("left", "{A} غادر"), ("left", "غادر {A}"),
    ("joined by link", "{A} با {*}لینک دعوت به گروه {*}"), ("added", "{B} اضافه شد"), ("left", "{A} گروه را ترک کرد"), ("left", "{A} ترک کرد"),
    ("joined by link", "{A} se připojil{*} k této skupině pomocí zvacího odkazu"), ("added", "{A} přidal uživatele {B}"), ("added", "{A} přidala uživatele {B}"), ("added", "{A} přidal/a uživatele {B}"),
    ("left", "{A} opustil skupinu"), ("left", "{A} opustila skupinu"), ("left", "{A} opustil/a skupinu"),
    ("joined by link", "{A} anslöt genom att använda {*}inbjudningslänk"), ("added", "{A} lade till {B}"), ("left", "{A} lämnade"), ("left", "{A} lämnade gruppen"),
];
