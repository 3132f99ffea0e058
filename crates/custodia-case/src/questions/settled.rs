//! One order for every answer. SQL leaves open in which order rows stand that `ORDER BY` does not tell apart, and with several
//! threads they come as they are ready: the same question would be answered in other bytes each time.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{Expr, Limit, LogicalPlan, LogicalPlanBuilder, Projection, Sort, SortExpr};

/// The plan with its rows in one order: that which the question asks for, then that of all columns from left to right. A question
/// for the first rows gets the first of that order.
pub(super) fn settled(plan: LogicalPlan) -> Result<LogicalPlan, DataFusionError> {
    match plan {
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_) => Ok(plan),
        LogicalPlan::Sort(Sort { mut expr, input, fetch }) => {
            for column in columns(&input) {
                if !expr.iter().any(|asked| asked.expr == column.expr) {
                    expr.push(column);
                }
            }
            Ok(LogicalPlan::Sort(Sort { expr, input, fetch }))
        }
        LogicalPlan::Limit(Limit { skip, fetch, input }) => {
            Ok(LogicalPlan::Limit(Limit { skip, fetch, input: Arc::new(settled(Arc::unwrap_or_clone(input))?) }))
        }
        // What is sorted by a column that is not shown is sorted below the choice of columns.
        LogicalPlan::Projection(Projection { expr, input, .. }) if matches!(*input, LogicalPlan::Sort(_)) => {
            let input = Arc::new(settled(Arc::unwrap_or_clone(input))?);
            Ok(LogicalPlan::Projection(Projection::try_new(expr, input)?))
        }
        other => {
            let all = columns(&other);
            if all.is_empty() { Ok(other) } else { LogicalPlanBuilder::from(other).sort(all)?.build() }
        }
    }
}

/// Whether a question leaves the order of all its rows open and asks for all of them.
pub(super) fn is_open(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(Projection { input, .. }) => !matches!(**input, LogicalPlan::Sort(_)),
        LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::DescribeTable(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_) => false,
        _ => true,
    }
}

/// All columns that can be ordered, smallest first, missing values last.
fn columns(plan: &LogicalPlan) -> Vec<SortExpr> {
    let schema = plan.schema();
    let ordered =
        schema.iter().filter(|(_, field)| !matches!(field.data_type(), DataType::Map(..) | DataType::Union(..)));
    ordered.map(|column| Expr::Column(column.into()).sort(true, false)).collect()
}
