//! Tables and columns of WhatsApp's databases on Android, as data: which are read, and which are merely known.
//!
//! Source: fixtures of 2022 to 2026 and public readers; columns come and go between releases. A column that is
//! absent reads as NULL and is told once, a table that is not known is told once.

/// A table that is read and the columns asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Name of the table.
    pub table: &'static str,
    /// Names of the columns, in the order in which a record gives them.
    pub columns: &'static [&'static str],
}

/// Declares the tables that are read. Each becomes a module that holds the place of every column by its own name,
/// so that reading code says `row.get(message::key_id)` and cannot miscount.
macro_rules! read {
    ($list:ident: $($table:ident [$($column:ident),+ $(,)?])+) => {
        $(
            pub mod $table {
                #![allow(non_upper_case_globals, dead_code)]
                pub const WANTED: super::Wanted =
                    super::Wanted { table: stringify!($table), columns: &[$(stringify!($column)),+] };
                #[allow(non_camel_case_types, clippy::enum_variant_names)]
                enum Place { $($column),+ }
                $(pub const $column: usize = Place::$column as usize;)+
            }
        )+
        /// Tables that are read.
        pub const $list: &[&Wanted] = &[$(&$table::WANTED),+];
    };
}

read! { MSGSTORE:
    jid [_id, user, server, raw_string]
    chat [_id, jid_row_id, subject, created_timestamp, group_type, account_jid_row_id]
    message [
        _id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp,
        receipt_server_timestamp, message_type, text_data, starred,
    ]
    message_media [
        message_row_id, chat_row_id, file_path, file_size, file_length, media_name, mime_type, file_hash, enc_file_hash,
        original_file_hash, media_caption, width, height, media_duration,
    ]
    message_quoted [message_row_id, from_me, sender_jid_row_id, key_id, text_data]
    message_forwarded [message_row_id, forward_score]
    message_edit_info [message_row_id, original_key_id, edited_timestamp]
    message_revoked [message_row_id, revoked_key_id, admin_jid_row_id, revoke_timestamp]
    message_location [message_row_id, latitude, longitude, place_name, place_address]
    message_system [message_row_id, action_type]
    message_system_group [message_row_id, is_me_joined]
    message_system_chat_participant [message_row_id, user_jid_row_id]
    message_system_value_change [message_row_id, old_data]
    message_system_number_change [message_row_id, old_jid_row_id, new_jid_row_id]
    message_system_community_link_changed [message_row_id, linked_parent_group_jid_row_id]
    message_system_sibling_group_link_change [message_row_id, subgroup_raw_jid, parent_group_jid_row_id]
    group_participant_user [group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp, join_method]
    group_past_participant_user [group_jid_row_id, user_jid_row_id, is_leave, timestamp]
    jid_map [lid_row_id, jid_row_id]
    lid_display_name [lid_row_id, display_name, username]
    props [key, value]
    call_log [_id, jid_row_id, from_me, call_id, timestamp, video_call, duration, call_result, group_jid_row_id]
    call_log_participant_v2 [call_log_row_id, jid_row_id, call_result]
    messages [
        _id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_mime_type, media_wa_type, media_size,
        media_name, media_caption, media_hash, media_duration, latitude, longitude, thumb_image, remote_resource,
        received_timestamp, receipt_server_timestamp, starred, quoted_row_id, edit_version, media_enc_hash, forwarded,
    ]
    messages_quotes [_id, key_from_me, key_id, data, remote_resource, media_caption]
    chat_list [key_remote_jid, subject, creation]
    group_participants [gjid, jid, admin, pending]
    group_participants_history [timestamp, gjid, jid, action]
}

read! { WA:
    wa_contacts [jid, is_whatsapp_user, status, number, display_name, given_name, family_name, wa_name, company]
    wa_vnames [jid, verified_name]
    wa_group_descriptions [jid, description]
    wa_group_admin_settings [jid, creator_jid]
}

/// Tables of `msgstore.db` that are known and not read; `About::gaps` says so.
pub const MSGSTORE_KNOWN: &[&str] = &[
    "addon_message_media", "audio_data", "call_link", "call_log_participant", "call_logs", "community_chat",
    "deleted_chat_job", "favorite", "frequent", "frequents", "group_notification_version", "group_participant_device",
    "joinable_call_log", "labeled_jid", "labels", "lid_chat_state", "media_hash_thumbnail", "media_refs", "message_add_on",
    "message_add_on_event_response", "message_add_on_keep_in_chat", "message_add_on_pin_in_chat",
    "message_add_on_poll_vote", "message_add_on_poll_vote_selected_option", "message_add_on_reaction", "message_album",
    "message_association", "message_call_log", "message_comment", "message_comment_parent", "message_details",
    "message_ephemeral", "message_ephemeral_setting", "message_event", "message_future", "message_group_invite",
    "message_link", "message_mentions", "message_orphan", "message_poll", "message_poll_option", "message_secret",
    "message_send_count", "message_streaming_sidecar", "message_system_block_contact",
    "message_system_business_state", "message_system_device_change", "message_system_group_with_parent",
    "message_system_initial_privacy_provider", "message_system_linked_group_call", "message_system_photo_change",
    "message_system_with_group_nodes", "message_text", "message_thumbnail", "message_thumbnails", "message_vcard",
    "message_vcard_jid", "message_view_once_media", "messages_links", "messages_vcards", "messages_vcards_jids",
    "missed_call_log_participant", "missed_call_logs", "mms_thumbnail_metadata", "newsletter", "newsletter_message",
    "parent_group_participants", "played_self_receipt", "primary_device_version", "receipt_device", "receipt_orphaned",
    "receipt_user", "receipts", "status", "status_list", "status_message_info", "user_device", "user_device_info",
];

/// Tables of `wa.db` that are known and not read.
pub const WA_KNOWN: &[&str] = &["wa_biz_profiles"];

/// Tables that SQLite and Android themselves keep in a database, and the shadow tables of full-text indices; a name
/// that begins so is known.
pub const KNOWN_BEGINNINGS: &[&str] =
    &["sqlite_", "android_metadata", "message_quoted_", "message_ftsv2", "message_fts", "messages_fts"];

/// Whether a table is known to `read` or `known`.
pub fn is_known(name: &str, read: &[&Wanted], known: &[&str]) -> bool {
    let same = |other: &str| name.eq_ignore_ascii_case(other);
    let begins = |start: &&str| name.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start));
    read.iter().any(|wanted| same(wanted.table))
        || known.iter().any(|other| same(other))
        || KNOWN_BEGINNINGS.iter().any(begins)
}
