//! The one declaration from which a table's struct, schema and dictionary entry follow.

/// Declares all tables. Each table and each column has a sentence; a test checks that one column name has one
/// sentence and one type everywhere.
macro_rules! tables {
    ($(
        $(#[doc = $table_doc:literal])+
        $table:ident: $struct:ident {
            $( $(#[doc = $doc:literal])+ $column:ident: $type:ty, )+
        }
    )+) => {
        $(
            $(#[doc = $table_doc])+
            #[derive(Clone, Debug, Default, PartialEq)]
            pub struct $struct {
                $( $(#[doc = $doc])+ pub $column: $type, )+
            }

            impl $struct {
                /// Hands every cell to `take`, in the order of the columns.
                #[inline]
                pub fn cells<'a>(&'a self, mut take: impl TakeCells<'a>) {
                    $( take.cell(Cell::value(&self.$column)); )+
                }
            }

            impl From<$struct> for Row {
                fn from(row: $struct) -> Row {
                    Row::$struct(row)
                }
            }
        )+

        /// A row of any table.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Row {
            $( $(#[doc = $table_doc])+ $struct($struct), )+
        }

        impl Row {
            /// The place of this row's table in [`TABLES`].
            #[inline]
            pub fn table(&self) -> usize {
                // An enum without payload counts the tables for us.
                #[allow(clippy::enum_variant_names)]
                enum Place { $( $struct, )+ }
                match self {
                    $( Row::$struct(_) => Place::$struct as usize, )+
                }
            }

            /// Hands every cell to `take`, in the order of the table's columns.
            #[inline]
            pub fn cells<'a>(&'a self, take: impl TakeCells<'a>) {
                match self {
                    $( Row::$struct(row) => row.cells(take), )+
                }
            }
        }

        /// All tables, in the order in which they are written and documented.
        pub const TABLES: &[Table] = &[
            $( Table {
                name: stringify!($table),
                doc: concat!($($table_doc, "\n"),+),
                columns: &[
                    $( Column {
                        name: stringify!($column),
                        doc: concat!($($doc, "\n"),+),
                        column_type: <$type as Cell>::TYPE,
                        nullable: <$type as Cell>::NULLABLE,
                    }, )+
                ],
            }, )+
        ];
    };
}

pub(crate) use tables;
