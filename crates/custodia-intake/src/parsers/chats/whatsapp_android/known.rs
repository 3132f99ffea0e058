//! What a store may hold by the public schemas: a table or column beyond them is told, so that nothing new is passed over
//! in silence.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows};

use super::store::Store;

/// Tables of the public schemas, read or not. The parser's `gaps` name those that are not read.
const TABLES: &str = "
addon_message_media android_metadata audio_data away_messages away_messages_exemptions call_link call_log
call_log_participant_v2 chat chat_list community_chat deleted_chat_job favorite frequent frequents
group_notification_version group_participant_device group_participant_user group_participants
group_participants_history group_past_participant_user jid jid_map joinable_call_log labeled_jid labeled_jids
labeled_messages labels lid_chat_state lid_display_name lid_jid_map media_hash_thumbnail media_refs message message_add_on
message_add_on_event_response message_add_on_keep_in_chat message_add_on_pin_in_chat message_add_on_poll_vote
message_add_on_poll_vote_selected_option message_add_on_reaction message_album message_association message_call_log
message_comment message_comment_parent message_details message_edit_info message_ephemeral message_ephemeral_setting
message_event message_forwarded message_fts message_ftsv2 message_future message_group_invite message_link
message_location message_media message_mentions message_orphan message_poll message_poll_option message_quoted
message_quoted_group_invite message_quoted_location message_quoted_media message_quoted_mentions message_quoted_order
message_quoted_product message_quoted_text message_quoted_ui_elements message_quoted_vcard message_revoked message_secret
message_send_count message_streaming_sidecar message_system message_system_block_contact message_system_business_state
message_system_chat_participant message_system_community_link_changed message_system_device_change message_system_group
message_system_group_with_parent message_system_initial_privacy_provider message_system_linked_group_call
message_system_number_change message_system_photo_change message_system_sibling_group_link_change
message_system_value_change message_system_with_group_nodes message_text message_thumbnail message_thumbnails message_vcard
message_vcard_jid message_view_once_media messages messages_links messages_quotes messages_vcards messages_vcards_jids
missed_call_log_participant missed_call_logs mms_thumbnail_metadata newsletter newsletter_message
parent_group_participants played_self_receipt primary_device_version props receipt_device receipt_orphaned receipt_user
receipts status status_list status_message_info user_device user_device_info";

/// Columns of the tables that are read, over all public schemas.
const COLUMNS: &[(&str, &str)] = &[
    ("jid", "_id user server agent device type raw_string"),
    (
        "chat",
        "_id jid_row_id hidden subject created_timestamp display_message_row_id last_message_row_id last_read_message_row_id
         last_read_receipt_sent_message_row_id last_important_message_row_id archived sort_timestamp mod_tag gen spam_detection
         unseen_earliest_message_received_time unseen_message_count unseen_missed_calls_count unseen_row_count
         plaintext_disabled vcard_ui_dismissed change_number_notified_message_row_id show_group_description
         ephemeral_expiration last_read_ephemeral_message_row_id ephemeral_setting_timestamp
         ephemeral_disappearing_messages_initiator unseen_important_message_count group_type last_message_reaction_row_id
         last_seen_message_reaction_row_id unseen_message_reaction_count growth_lock_level growth_lock_expiration_ts
         last_read_message_sort_id display_message_sort_id last_message_sort_id last_read_receipt_sent_message_sort_id
         has_new_community_admin_dialog_been_acknowledged history_sync_progress ephemeral_displayed_exemptions chat_lock
         unseen_comment_message_count chat_origin participation_status account_jid_row_id chat_encryption_state
         group_member_count limited_sharing limited_sharing_setting_timestamp is_contact ephemeral_after_read_duration
         business_chat_state",
    ),
    (
        "message",
        "_id chat_row_id from_me key_id sender_jid_row_id status broadcast recipient_count participant_hash origination_flags
         origin timestamp received_timestamp receipt_server_timestamp message_type text_data starred lookup_tables
         message_add_on_flags sort_id view_mode translated_text view_replies_thread_id server_sts",
    ),
    (
        "message_media",
        "message_row_id chat_row_id autotransfer_retry_enabled multicast_id media_job_uuid transferred transcoded file_path
         file_size suspicious_content trim_from trim_to face_x face_y media_key media_key_timestamp width height
         has_streaming_sidecar gif_attribution thumbnail_height_width_ratio direct_path first_scan_sidecar first_scan_length
         message_url mime_type file_length media_name file_hash media_duration page_count enc_file_hash partial_media_hash
         partial_media_enc_hash is_animated_sticker original_file_hash mute_video media_caption media_upload_handle
         sticker_flags raw_transcription_text first_viewed_timestamp doodle_id media_source_type accessibility_label
         media_transcode_quality metadata_url motion_photo_presentation_offset_ms qr_url media_key_domain e2ee_media_key
         premium_message emoji_tags is_offloaded",
    ),
    ("group_participant_user", "_id group_jid_row_id user_jid_row_id rank pending add_timestamp label join_method"),
    ("group_past_participant_user", "_id group_jid_row_id user_jid_row_id is_leave timestamp"),
    (
        "message_quoted",
        "message_row_id chat_row_id parent_message_chat_row_id from_me sender_jid_row_id key_id timestamp message_type origin
         text_data payment_transaction_id lookup_tables quoted_source quoted_type",
    ),
    ("message_forwarded", "message_row_id forward_score forward_origin"),
    ("message_revoked", "message_row_id revoked_key_id admin_jid_row_id revoke_timestamp"),
    ("message_edit_info", "message_row_id original_key_id edited_timestamp sender_timestamp"),
    (
        "message_location",
        "message_row_id chat_row_id latitude longitude place_name place_address url live_location_share_duration
         live_location_sequence_number live_location_final_latitude live_location_final_longitude
         live_location_final_timestamp map_download_status",
    ),
    ("message_system", "message_row_id action_type"),
    ("message_system_group", "message_row_id is_me_joined"),
    ("message_system_chat_participant", "message_row_id user_jid_row_id"),
    ("message_system_value_change", "message_row_id old_data"),
    ("message_system_number_change", "message_row_id old_jid_row_id new_jid_row_id"),
    (
        "call_log",
        "_id jid_row_id from_me call_id transaction_id timestamp video_call duration call_result bytes_transferred
         group_jid_row_id is_joinable_group_call call_creator_device_jid_row_id call_random_id call_link_row_id
         is_dnd_mode_on call_type offer_silence_reason scheduled_id telecom_uuid terminated_by_device_switch",
    ),
    ("call_log_participant_v2", "_id call_log_row_id jid_row_id call_result"),
    ("jid_map", "lid_row_id jid_row_id sort_id"),
    ("lid_display_name", "lid_row_id display_name username"),
    (
        "messages",
        "_id key_remote_jid key_from_me key_id status needs_push data timestamp media_url media_mime_type media_wa_type
         media_size media_name media_caption media_hash media_duration origin latitude longitude thumb_image remote_resource
         received_timestamp send_timestamp receipt_server_timestamp receipt_device_timestamp read_device_timestamp
         played_device_timestamp raw_data recipient_count participant_hash starred quoted_row_id mentioned_jids multicast_id
         edit_version media_enc_hash payment_transaction_id forwarded preview_type send_count lookup_tables
         future_message_type message_add_on_flags",
    ),
    ("group_participants", "_id gjid jid admin pending sent_sender_key"),
];

/// Tells every table and column that the public schemas do not know.
pub fn report(store: &Store<'_>, rows: &mut dyn Rows) {
    let known = |name: &str| {
        let lower = name.to_ascii_lowercase();
        // Shadow tables of the full-text index bear its name with an ending.
        lower.starts_with("sqlite_") || lower.starts_with("message_fts") || TABLES.split_whitespace().any(|table| table == lower)
    };
    for table in store.database.tables() {
        let origin = Origin { part: Some(table.name.as_str().into()), ..store.file.whole() };
        if !known(&table.name) {
            let says = format!("table {} with {} columns is in no public schema; it was not read", table.name, table.columns.len());
            rows.put(origin, Warning::new("table unknown", says).into());
            continue;
        }
        let Some((_, columns)) = COLUMNS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&table.name)) else { continue };
        let strange: Vec<&str> = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| !columns.split_whitespace().any(|column| column.eq_ignore_ascii_case(name)))
            .collect();
        if !strange.is_empty() {
            let says = format!("columns of table {} that are in no public schema were not read: {}", table.name, strange.join(", "));
            rows.put(origin, Warning::new("column unknown", says).into());
        }
    }
}
