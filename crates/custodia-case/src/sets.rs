//! Sets of texts as functions of SQL. DataFusion's own `count(DISTINCT …)` and `array_agg(DISTINCT …)` keep a table of
//! hashes for every group of rows: with millions of groups that took a hundred times longer and ten times the memory.
//! `string_agg` is cheap, and what it strings together is made a set here.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// Stands between the texts that are strung together; no label or name bears it.
pub const APART: char = '\u{1f}';

/// `set_of(texts, joiner)`: the texts, each once, sorted, with the joiner between them.
pub fn set_of() -> ScalarUDF {
    let function = |arguments: &[ColumnarValue]| {
        let joiner = match arguments.get(1) {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(joiner)))) => joiner.clone(),
            _ => " ".to_owned(),
        };
        let texts = texts(arguments)?;
        let sets = texts.as_string::<i32>().iter().map(|text| {
            text.map(|text| {
                text.split(APART)
                    .filter(|part| !part.is_empty())
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect::<Vec<_>>()
                    .join(&joiner)
            })
        });
        Ok(ColumnarValue::Array(Arc::new(sets.collect::<StringArray>())))
    };
    create_udf(
        "set_of",
        vec![DataType::Utf8, DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(function),
    )
}

/// `size_of_set(texts)`: how many different texts there are.
pub fn size_of_set() -> ScalarUDF {
    let function = |arguments: &[ColumnarValue]| {
        let texts = texts(arguments)?;
        let sizes = texts.as_string::<i32>().iter().map(|text| {
            let set: BTreeSet<&str> = text.unwrap_or_default().split(APART).filter(|part| !part.is_empty()).collect();
            set.len() as i64
        });
        Ok(ColumnarValue::Array(Arc::new(sizes.map(Some).collect::<Int64Array>())))
    };
    create_udf("size_of_set", vec![DataType::Utf8], DataType::Int64, Volatility::Immutable, Arc::new(function))
}

fn texts(arguments: &[ColumnarValue]) -> Result<ArrayRef, DataFusionError> {
    let first = arguments.first().cloned().unwrap_or(ColumnarValue::Scalar(ScalarValue::Utf8(None)));
    let array = first.into_array(1)?;
    if array.data_type() == &DataType::Utf8 { Ok(array) } else { Ok(cast(&array, &DataType::Utf8)?) }
}

/// `bucket(text, n)`: a number from 0 below n, the same for the same text everywhere, to take a question in parts.
pub fn bucket() -> ScalarUDF {
    let function = |arguments: &[ColumnarValue]| {
        let n = match arguments.get(1) {
            Some(ColumnarValue::Scalar(ScalarValue::Int64(Some(n)))) => u64::try_from(*n).unwrap_or(1).max(1),
            _ => 1,
        };
        let texts = texts(arguments)?;
        let buckets = texts.as_string::<i32>().iter().map(|text| text.map(|text| bucket_of(text, n) as i64));
        Ok(ColumnarValue::Array(Arc::new(buckets.collect::<Int64Array>())))
    };
    let kinds = vec![DataType::Utf8, DataType::Int64];
    create_udf("bucket", kinds, DataType::Int64, Volatility::Immutable, Arc::new(function))
}

/// The bucket of a text among so many. FNV-1a: short, and no secret is needed to cut work in parts.
pub(crate) fn bucket_of(text: &str, n: u64) -> u64 {
    let of = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3u64);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, of);
    (hash ^ hash >> 32) % n.max(1)
}

/// `country_name(code)`: English name of a country.
pub fn country_name() -> ScalarUDF {
    let function = |arguments: &[ColumnarValue]| {
        let texts = texts(arguments)?;
        let names = texts.as_string::<i32>().iter().map(|text| text.map(crate::country::name));
        Ok(ColumnarValue::Array(Arc::new(names.collect::<StringArray>())))
    };
    create_udf("country_name", vec![DataType::Utf8], DataType::Utf8, Volatility::Immutable, Arc::new(function))
}
