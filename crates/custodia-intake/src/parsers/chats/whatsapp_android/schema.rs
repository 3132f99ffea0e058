//! Tables and columns of WhatsApp's databases on Android, as data: which are read, and which are merely known.
//!
//! Source: fixtures of 2022 to 2026 and public readers; columns come and go between releases. A column that is
//! absent reads as NULL and is told once, a table that is not known is told once.

use super::super::whatsapp::wanted::{Unread, Wanted, read};

read! { MSGSTORE:
    jid [_id user server raw_string] unread "agent device type";
    chat [_id jid_row_id subject created_timestamp] later [group_type account_jid_row_id] unread
        "hidden display_message_row_id last_message_row_id last_read_message_row_id last_read_receipt_sent_message_row_id
        last_important_message_row_id archived sort_timestamp mod_tag gen spam_detection
        unseen_earliest_message_received_time unseen_message_count unseen_missed_calls_count unseen_row_count
        plaintext_disabled vcard_ui_dismissed change_number_notified_message_row_id show_group_description
        ephemeral_expiration last_read_ephemeral_message_row_id ephemeral_setting_timestamp
        ephemeral_disappearing_messages_initiator unseen_important_message_count last_message_reaction_row_id
        last_seen_message_reaction_row_id unseen_message_reaction_count growth_lock_level growth_lock_expiration_ts
        last_read_message_sort_id display_message_sort_id last_message_sort_id last_read_receipt_sent_message_sort_id
        has_new_community_admin_dialog_been_acknowledged history_sync_progress ephemeral_displayed_exemptions chat_lock
        unseen_comment_message_count chat_origin participation_status chat_encryption_state group_member_count
        limited_sharing limited_sharing_setting_timestamp is_contact ephemeral_after_read_duration business_chat_state";
    message [
        _id chat_row_id from_me key_id sender_jid_row_id status origination_flags timestamp received_timestamp
        receipt_server_timestamp message_type text_data starred
    ] later [translated_text] unread
        "broadcast recipient_count participant_hash origin lookup_tables message_add_on_flags sort_id view_mode
        view_replies_thread_id server_sts";
    message_media [
        message_row_id chat_row_id file_path file_size file_length media_name mime_type file_hash enc_file_hash
        width height media_duration
    ] later [original_file_hash media_caption raw_transcription_text] unread
        "autotransfer_retry_enabled multicast_id media_job_uuid transferred transcoded suspicious_content trim_from trim_to
        face_x face_y media_key media_key_timestamp has_streaming_sidecar gif_attribution thumbnail_height_width_ratio
        direct_path first_scan_sidecar first_scan_length message_url page_count partial_media_hash partial_media_enc_hash
        is_animated_sticker mute_video media_upload_handle sticker_flags first_viewed_timestamp
        doodle_id media_source_type accessibility_label media_transcode_quality metadata_url
        motion_photo_presentation_offset_ms qr_url media_key_domain e2ee_media_key premium_message emoji_tags is_offloaded";
    message_quoted [message_row_id from_me sender_jid_row_id key_id text_data] later
        [parent_message_chat_row_id message_type timestamp] unread
        "chat_row_id origin payment_transaction_id lookup_tables quoted_source quoted_type";
    message_quoted_media [message_row_id] later [
        file_path file_size file_length media_name mime_type file_hash enc_file_hash width height media_duration
        media_caption
    ];
    message_quoted_location [message_row_id] later [latitude longitude place_name place_address];
    message_forwarded [message_row_id forward_score] unread "forward_origin";
    message_edit_info [message_row_id original_key_id edited_timestamp] unread "sender_timestamp";
    message_revoked [message_row_id revoked_key_id] later [admin_jid_row_id revoke_timestamp];
    message_location [message_row_id latitude longitude place_name place_address] later [url] unread
        "chat_row_id live_location_share_duration live_location_sequence_number live_location_final_latitude
        live_location_final_longitude live_location_final_timestamp map_download_status";
    message_system [message_row_id action_type];
    message_system_group [message_row_id is_me_joined];
    message_system_chat_participant [message_row_id user_jid_row_id];
    message_system_value_change [message_row_id old_data];
    message_system_photo_change [message_row_id new_photo_id] unread "old_photo new_photo";
    message_ephemeral_setting [message_row_id setting_duration] later [pre_setting_duration] unread
        "setting_reason user_jid_row_id_csv ephemeral_trigger ephemeral_initiated_by_me after_read_duration";
    message_system_number_change [message_row_id old_jid_row_id new_jid_row_id];
    message_system_community_link_changed [message_row_id linked_parent_group_jid_row_id] unread
        "old_group_type new_group_type";
    message_system_sibling_group_link_change [message_row_id subgroup_raw_jid parent_group_jid_row_id] later
        [subgroup_subject];
    message_system_with_group_nodes [message_row_id group_jid_row_id] later [group_subject] unread "_id group_node_type version";
    message_system_group_with_parent [message_row_id linked_parent_group_name];
    message_system_block_contact [message_row_id is_blocked];
    message_system_business_state [message_row_id business_name] unread "privacy_message_type";
    message_system_initial_privacy_provider [message_row_id verified_biz_name] unread "privacy_provider biz_state_id";
    group_participant_user [_id group_jid_row_id user_jid_row_id rank pending] later [add_timestamp join_method] unread
        "label";
    group_participant_device [group_participant_row_id device_jid_row_id] unread
        "_id sent_sender_key sent_add_on_sender_key";
    user_device [user_jid_row_id device_jid_row_id] unread "_id key_index";
    message_text [message_row_id page_title url description] unread
        "font_style text_color background_color preview_type invite_link_group_type counter_abuse_token fb_experiment_id
        social_media_post_type link_media_duration_seconds link_end_index";
    message_group_invite [message_row_id group_jid_row_id group_name invite_code] unread
        "admin_jid_row_id expiration invite_time expired group_type";
    message_quoted_group_invite [message_row_id] later [group_jid_row_id group_name invite_code];
    message_vcard [message_row_id] later [vcard];
    messages_vcards [message_row_id] later [vcard];
    message_poll_option [message_row_id] later [option_name];
    message_event [message_row_id] later [name description location_name location_address join_link];
    newsletter [chat_row_id] later [name description invite_code];
    message_details [message_row_id author_device_jid];
    group_past_participant_user [group_jid_row_id user_jid_row_id is_leave timestamp] unread "_id";
    jid_map [lid_row_id jid_row_id] unread "sort_id";
    lid_display_name [lid_row_id display_name] later [username];
    props [key value] unread "_id";
    call_log [_id jid_row_id from_me call_id timestamp video_call duration call_result] later [group_jid_row_id] unread
        "transaction_id bytes_transferred is_joinable_group_call call_creator_device_jid_row_id call_random_id
        call_link_row_id is_dnd_mode_on call_type offer_silence_reason scheduled_id telecom_uuid
        terminated_by_device_switch";
    call_log_participant_v2 [call_log_row_id jid_row_id call_result] unread "_id";
    messages [
        _id key_remote_jid key_from_me key_id status data timestamp media_mime_type media_wa_type media_size media_name
        media_hash media_duration latitude longitude thumb_image remote_resource received_timestamp
        receipt_server_timestamp starred
    ] later [media_caption quoted_row_id edit_version media_enc_hash forwarded] unread
        "needs_push media_url origin send_timestamp receipt_device_timestamp read_device_timestamp
        played_device_timestamp raw_data recipient_count participant_hash mentioned_jids multicast_id
        payment_transaction_id preview_type send_count lookup_tables future_message_type message_add_on_flags";
    messages_quotes [_id key_from_me key_id data remote_resource] later [media_caption key_remote_jid] unread
        "status needs_push timestamp media_url media_mime_type media_wa_type media_size media_name media_hash
        media_duration origin latitude longitude thumb_image received_timestamp send_timestamp receipt_server_timestamp
        receipt_device_timestamp read_device_timestamp played_device_timestamp raw_data recipient_count participant_hash
        starred quoted_row_id mentioned_jids multicast_id edit_version media_enc_hash payment_transaction_id forwarded
        preview_type send_count lookup_tables future_message_type message_add_on_flags";
    chat_list [key_remote_jid subject] later [creation] unread
        "_id message_table_id last_read_message_table_id last_read_receipt_sent_message_table_id archived sort_timestamp
        mod_tag gen";
    group_participants [gjid jid admin] later [pending] unread "_id sent_sender_key";
    group_participants_history [timestamp gjid jid action] unread "_id old_phash new_phash";
}

read! { WA:
    wa_contacts [jid is_whatsapp_user status number display_name given_name family_name wa_name] later [company] unread
        "_id status_timestamp raw_contact_id phone_type phone_label unseen_msg_count photo_ts thumb_ts photo_id_timestamp
        sort_name nickname title status_autodownload_disabled keep_timestamp is_spam_reported is_sidelist_synced
        is_business_synced disappearing_mode_duration disappearing_mode_timestamp history_sync_initial_phash is_starred
        is_wa_created_contact sync_policy status_emoji is_contact_synced is_reachable external_user_state
        disappearing_mode_support_disabled";
    wa_vnames [jid verified_name] unread
        "_id serial issuer expires industry city country verified_level identity_unconfirmed_since cert_blob host_storage
        actual_actors privacy_mode_ts";
    wa_group_descriptions [jid description] later [description_time description_setter_jid] unread
        "_id description_id_string";
    wa_group_admin_settings [jid creator_jid];
    wa_biz_profiles [jid] later [email address business_description tag];
}

read! { AXOLOTL:
    identities [public_key] later [recipient_id recipient_type recipient_account_id recipient_account_type] unread
        "_id device_id registration_id private_key next_prekey_id next_kyber_prekey_id timestamp recipient_lid_id
        recipient_lid_identifier";
}

/// Texts in tables of `msgstore.db` in which the parser does not look for links and addresses itself.
pub const MSGSTORE_TEXTS: &[(&str, &[&str])] =
    &[("chat", &["subject"]), ("chat_list", &["subject"]), ("lid_display_name", &["display_name", "username"])];

/// The same of `wa.db`.
pub const WA_TEXTS: &[(&str, &[&str])] = &[
    (
        "wa_contacts",
        &[
            "status",
            "display_name",
            "given_name",
            "family_name",
            "wa_name",
            "sort_name",
            "nickname",
            "company",
            "title",
        ],
    ),
    ("wa_vnames", &["verified_name"]),
    ("wa_group_descriptions", &["description"]),
    ("wa_biz_profiles", &["email", "address", "business_description", "tag"]),
];

/// Tables of `msgstore.db` that are known and not read, and the words for them in `About::gaps`.
pub const MSGSTORE_KNOWN: &[Unread] = &[
    Unread {
        words: "receipts",
        tables: &[
            "receipts",
            "receipt_device",
            "receipt_orphaned",
            "receipt_user",
            "played_self_receipt",
            "message_send_count",
        ],
    },
    Unread {
        words: "reactions, poll votes, pins and other add-ons",
        tables: &[
            "message_add_on",
            "message_add_on_event_response",
            "message_add_on_keep_in_chat",
            "message_add_on_pin_in_chat",
            "message_add_on_poll_vote",
            "message_add_on_poll_vote_selected_option",
            "message_add_on_reaction",
            "addon_message_media",
        ],
    },
    Unread { words: "albums", tables: &["message_album", "message_association"] },
    Unread { words: "comments", tables: &["message_comment", "message_comment_parent"] },
    Unread { words: "polls", tables: &["message_poll"] },
    Unread { words: "contact cards", tables: &["message_vcard_jid", "messages_vcards_jids"] },
    Unread { words: "mentions", tables: &["message_mentions"] },
    Unread { words: "marks of messages that hold a link", tables: &["message_link", "messages_links"] },
    Unread { words: "disappearing timers", tables: &["message_ephemeral"] },
    Unread {
        words: "thumbnails",
        tables: &["media_hash_thumbnail", "message_thumbnail", "message_thumbnails", "mms_thumbnail_metadata"],
    },
    Unread {
        words: "what belongs to files beside their rows",
        tables: &["audio_data", "media_refs", "message_streaming_sidecar", "message_view_once_media"],
    },
    Unread { words: "channels", tables: &["newsletter_message"] },
    Unread {
        words: "missed calls that stand only in missed_call_logs",
        tables: &["missed_call_logs", "missed_call_log_participant"],
    },
    Unread {
        words: "links of calls, and calls in tables beside call_log",
        tables: &[
            "call_link",
            "call_logs",
            "call_log_participant",
            "joinable_call_log",
            "message_call_log",
            "message_system_linked_group_call",
        ],
    },
    Unread { words: "lists of statuses", tables: &["status", "status_list", "status_message_info"] },
    Unread {
        words: "states of communities and of groups",
        tables: &["community_chat", "group_notification_version", "parent_group_participants"],
    },
    Unread { words: "states of hidden identifiers, and lid_jid_map", tables: &["lid_chat_state", "lid_jid_map"] },
    Unread {
        words: "counts and states of devices",
        tables: &["message_system_device_change", "primary_device_version", "user_device_info"],
    },
    Unread { words: "chats that wait to be cleared", tables: &["deleted_chat_job"] },
    Unread { words: "favourites and who is written to how often", tables: &["favorite", "frequent", "frequents"] },
    Unread { words: "labels", tables: &["labeled_jid", "labels"] },
    Unread {
        words: "messages of newer versions, orphans and secrets",
        tables: &["message_future", "message_orphan", "message_secret"],
    },
];

/// Tables of `axolotl.db` that are known and not read, and the words for them in `About::gaps`.
pub const AXOLOTL_KNOWN: &[Unread] = &[Unread {
    words: "everything but whose public keys are equal",
    tables: &[
        "chat_stanza_queue",
        "e2ee_stanza_queue",
        "fast_ratchet_sender_keys",
        "kyber_prekeys",
        "message_base_key",
        "preacks",
        "prekey_uploads",
        "prekeys",
        "sender_keys",
        "sessions",
        "signed_prekeys",
        "unordered_stanza_queue",
    ],
}];
