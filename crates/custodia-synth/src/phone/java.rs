//! The two Java-serialised objects that old apps keep in `messages.thumb_image`: the media file of a message and the
//! accounts of a group event. (Java Object Serialization Specification, chapter 6: the stream's grammar.)

const HEADER: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

fn string(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u16).to_be_bytes());
    out.extend(text.as_bytes());
}

/// Begins an object with its class: name, version, flags, fields.
fn class(out: &mut Vec<u8>, name: &str, version: u64, flags: u8, fields: &[(u8, &str, Option<&str>)]) {
    out.extend([0x73, 0x72]);
    string(out, name);
    out.extend(version.to_be_bytes());
    out.push(flags);
    out.extend((fields.len() as u16).to_be_bytes());
    for (kind, field, type_name) in fields {
        out.push(*kind);
        string(out, field);
        if let Some(type_name) = type_name {
            out.push(0x74);
            string(out, type_name);
        }
    }
    out.extend([0x78, 0x70]);
}

/// `com.whatsapp.MediaData` with its file.
pub fn media_data(path: &str, size: u64, transferred: bool) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    let fields = [(b'J', "fileSize", None), (b'Z', "transferred", None), (b'L', "file", Some("Ljava/io/File;"))];
    class(&mut out, "com.whatsapp.MediaData", 0x2b5b_27c3_0a0f_b1d5, 2, &fields);
    out.extend(size.to_be_bytes());
    out.push(u8::from(transferred));
    class(&mut out, "java.io.File", 0x042d_a445_0e0d_e4ff, 3, &[(b'L', "path", Some("Ljava/lang/String;"))]);
    out.push(0x74);
    string(&mut out, path);
    out.extend([0x77, 0x02, 0x00, b'/', 0x78]);
    out
}

/// `java.util.ArrayList` of accounts.
pub fn accounts(accounts: &[String]) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    class(&mut out, "java.util.ArrayList", 0x7881_d21d_99c7_619d, 3, &[(b'I', "size", None)]);
    let count = (accounts.len() as u32).to_be_bytes();
    out.extend(count);
    out.extend([0x77, 0x04]);
    out.extend(count);
    for account in accounts {
        out.push(0x74);
        string(&mut out, account);
    }
    out.push(0x78);
    out
}
