package org.beammedallion.transforms.sql;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.extensions.sql.impl.BeamSqlEnv;
import org.apache.beam.sdk.extensions.sql.impl.parser.impl.BeamSqlParserImpl;
import org.apache.beam.sdk.extensions.sql.meta.BaseBeamTable;
import org.apache.beam.sdk.extensions.sql.meta.provider.ReadOnlyTableProvider;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.Lex;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDialect.Context;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.dialect.AnsiSqlDialect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParseException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParser;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.beammedallion.quality.yaml.DidYouMean;
import org.beammedallion.transforms.sql.function.GoldFunctions;

/** Parses, prints, plans and runs SQL as {@code SqlTransform} does, with gold's functions. */
public final class SqlDialect {

  /** Entries of a cache of Calcite, of which a query has about six. */
  private static final String CACHE = "calcite.metadata.handler.cache.maximum.size";

  static {
    // The cache holds the planner of each query, and with it the pipeline that the query is a part
    // of, with its lists of files. A driver with an interval has a thousand entries within hours.
    if (System.getProperty(CACHE) == null) {
      System.setProperty(CACHE, "60");
    }
  }

  static final SqlParser.Config PARSER =
      SqlParser.config().withLex(Lex.JAVA).withParserFactory(BeamSqlParserImpl.FACTORY);

  private static final Context PRINTER =
      AnsiSqlDialect.DEFAULT_CONTEXT
          .withIdentifierQuoteString("`")
          .withUnquotedCasing(PARSER.unquotedCasing());

  private static final Pattern UNKNOWN_NAME =
      Pattern.compile("(Column|Object|Table) '([^']*)' not found.*");

  private SqlDialect() {}

  /**
   * What a query says, by itself.
   *
   * @throws InvalidQueryException where it is no SQL
   */
  public static SqlNode parse(String sql) {
    return parse(sql, SqlParser::parseQuery);
  }

  /**
   * What a condition says, by itself.
   *
   * @throws InvalidQueryException where it is no SQL
   */
  static SqlNode parseCondition(String sql) {
    return parse(sql, SqlParser::parseExpression);
  }

  @FunctionalInterface
  interface Production {
    SqlNode parse(SqlParser parser) throws SqlParseException;
  }

  private static SqlNode parse(String sql, Production production) {
    try {
      return production.parse(SqlParser.create(sql, PARSER));
    } catch (SqlParseException e) {
      throw SyntaxFault.of(sql, e, production);
    }
  }

  public static String print(SqlNode node) {
    return node.toSqlString(
            config -> config.withDialect(new AnsiSqlDialect(PRINTER)).withQuoteAllIdentifiers(true))
        .getSql();
  }

  /** The name of a function, in upper case; Calcite's own ones begin with a dollar sign. */
  public static String functionName(SqlCall call) {
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    return name.startsWith("$") ? name.substring(1) : name;
  }

  /**
   * What Beam SQL would run.
   *
   * @throws InvalidQueryException where it is no valid query over the table
   */
  public static RelNode plan(String sql, String table, Schema schema) {
    BeamSqlEnv env =
        GoldFunctions.registerAt(
                BeamSqlEnv.builder(
                    new ReadOnlyTableProvider("silver", Map.of(table, new TableStub(schema)))),
                (builder, name, function) -> builder.addUdf(name, function))
            .setPipelineOptions(PipelineOptionsFactory.create())
            .build();
    try {
      return env.parseQuery(sql);
    } catch (RuntimeException e) {
      // The planner reports what it cannot do by whatever exception the rule at fault happens to
      // throw.
      throw explain(e, sql, table, schema);
    }
  }

  /**
   * The transform that runs what was planned.
   *
   * @param failing what is done with rows of which an expression cannot be evaluated
   */
  public static SqlTransform transform(String sql, Failing failing) {
    return GoldFunctions.registerAt(
            SqlTransform.query(sql), (query, name, function) -> query.registerUdf(name, function))
        .withErrorsTransformer(failing);
  }

  private static InvalidQueryException explain(
      RuntimeException failure, String sql, String table, Schema schema) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof CalciteContextException located) {
        Throwable reason = located.getCause();
        String message =
            String.valueOf(reason == null ? located.getMessage() : reason.getMessage());
        SqlParserPos position =
            new SqlParserPos(
                located.getPosLine(),
                located.getPosColumn(),
                located.getEndPosLine(),
                located.getEndPosColumn());
        return invalid(message + suggestion(message, table, schema), position, failure);
      } else if (cause instanceof SqlParseException syntax) {
        return SyntaxFault.of(sql, syntax, SqlParser::parseQuery);
      }
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return invalid("Beam SQL has no way to run this query: " + message, SqlParserPos.ZERO, failure);
  }

  private static String suggestion(String message, String table, Schema schema) {
    Matcher unknown = UNKNOWN_NAME.matcher(message);
    if (!unknown.matches()) {
      return message.endsWith("is not being grouped")
          ? "; add it to GROUP BY, or put it into an aggregate such as MIN"
          : "";
    }
    if (!unknown.group(1).equals("Column")) {
      return "; the only table is silver's: " + table;
    }
    String name = unknown.group(2);
    String closest =
        DidYouMean.nearest(name.substring(name.lastIndexOf('.') + 1), schema.getFieldNames());
    return closest == null
        ? "; silver has " + String.join(", ", schema.getFieldNames())
        : "; did you mean '" + closest + "'?";
  }

  private static InvalidQueryException invalid(
      String message, SqlParserPos position, Throwable cause) {
    InvalidQueryException invalid =
        new InvalidQueryException(message, position.getLineNum(), position.getColumnNum());
    invalid.initCause(cause);
    return invalid;
  }

  /** A fault at a place of a query. */
  public static InvalidQueryException invalid(String message, SqlNode where) {
    SqlParserPos position = where.getParserPosition();
    return new InvalidQueryException(message, position.getLineNum(), position.getColumnNum());
  }

  /** A fault of a query as a whole. */
  public static InvalidQueryException invalid(String message) {
    return new InvalidQueryException(message, 0, 0);
  }

  /** A table that is planned over and never read. */
  private static final class TableStub extends BaseBeamTable {

    private final Schema schema;

    TableStub(Schema schema) {
      this.schema = schema;
    }

    @Override
    public PCollection<Row> buildIOReader(PBegin begin) {
      throw new UnsupportedOperationException("This table is planned over and never read.");
    }

    @Override
    public POutput buildIOWriter(PCollection<Row> rows) {
      throw new UnsupportedOperationException("This table is planned over and never written.");
    }

    @Override
    public PCollection.IsBounded isBounded() {
      return PCollection.IsBounded.BOUNDED;
    }

    @Override
    public Schema getSchema() {
      return schema;
    }
  }
}
