package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.contract.DataContract;
import org.beammedallion.quality.contract.Notice;
import org.beammedallion.quality.rule.Expectation;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.Figures;
import org.beammedallion.quality.rule.Measure;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Verdict;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.Metadata;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Document;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline file and its contract, checked together: everything that a run needs. Immutable.
 *
 * @param contract what the pipeline's contract is, and says
 * @param keyFields indexes of the primary key's fields, in the key's order, or none
 * @param schemaPolicy what is done where data is not of the expected shape
 * @param own the user's own classes
 * @param checks what records and cycles are checked by
 */
public record PipelineDefinition(
    String name,
    ContractInfo contract,
    SourceSpec source,
    RecordSchema schema,
    List<Integer> keyFields,
    SilverSpec silver,
    SchemaPolicy schemaPolicy,
    OwnClasses own,
    GoldTables gold,
    Checks checks)
    implements Serializable {

  /**
   * The column with the place of a row's change in the order of the source: the greater of two
   * values, compared byte by byte up to a slash, is later. After the slash are the time and place
   * of the change, by which another log of the source is detected.
   */
  public static final String SEQUENCE = "_sequence";

  /** The column with the offset of the message that a row comes from, where it tells the order. */
  public static final String OFFSET = "_offset";

  public PipelineDefinition {
    keyFields = List.copyOf(keyFields);
  }

  /**
   * The contract.
   *
   * @param object name of its schema object, which SQL calls the silver table by
   * @param notices what it says and nothing is done with
   */
  public record ContractInfo(String id, String version, String object, List<Notice> notices)
      implements Serializable {
    public ContractInfo {
      notices = List.copyOf(notices);
    }
  }

  /**
   * Classes of the user's own.
   *
   * @param transform between the checks and the deduplication, or null
   * @param gate what is asked before a cycle is published, or null
   */
  public record OwnClasses(@Nullable UserClassSpec transform, @Nullable UserClassSpec gate)
      implements Serializable {}

  /**
   * The contract's rules.
   *
   * @param rules every record must keep them
   * @param expectations every cycle should meet them
   */
  public record Checks(List<RecordRule> rules, List<Expectation> expectations)
      implements Serializable {
    public Checks {
      rules = List.copyOf(rules);
      expectations = List.copyOf(expectations);
    }
  }

  /**
   * Reads a pipeline file and the contract that it names.
   *
   * @param server name of the contract's server to read from, or null for the one that the file
   *     names
   * @throws ConfigurationException with all that is wrong
   */
  public static PipelineDefinition load(Document pipelineFile, @Nullable String server) {
    PipelineFile file = PipelineFile.read(pipelineFile);
    Document contract = file.contractDocument();
    if (contract.isMissing()) {
      throw new ConfigurationException(
          file.root().locationOf("contract"),
          "there is no contract '" + contract + "'; its path is relative to the pipeline file.");
    }
    return of(file, read(file, contract), server);
  }

  private static DataContract read(PipelineFile file, Document contract) {
    try {
      return DataContract.read(contract);
    } catch (ConfigurationException e) {
      FileKind kind = FileKind.of(contract);
      if (kind == FileKind.CONTRACT || kind == FileKind.UNKNOWN) {
        throw e;
      }
      throw new ConfigurationException(
          file.root().locationOf("contract"),
          "'"
              + file.contract()
              + "' is "
              + kind
              + ", not a data contract; name the contract here.");
    }
  }

  /** The same of a file on a disk of this machine. */
  public static PipelineDefinition load(Path pipelineFile, @Nullable String server) {
    return load(Document.of(pipelineFile), server);
  }

  /**
   * Holds a pipeline file against its contract.
   *
   * @param server name of the contract's server to read from, or null for the one that the file
   *     names
   * @throws ConfigurationException with all that does not fit, in either file
   */
  public static PipelineDefinition of(
      PipelineFile file, DataContract contract, @Nullable String server) {
    return new DefinitionBuilder(file, contract, server).build();
  }

  /**
   * Holds a pipeline file against its contract; the records come from the server that the file
   * names.
   */
  public static PipelineDefinition of(PipelineFile file, DataContract contract) {
    return of(file, contract, null);
  }

  /** Whether the records are changes of rows, and not rows. */
  public boolean hasChanges() {
    return source.changes() != null;
  }

  /** Source times at which another log of the source begins, ascending; usually none. */
  public List<Instant> epochs() {
    return source.changes() instanceof ChangeSpec.Debezium debezium ? debezium.epochs() : List.of();
  }

  /**
   * The fields of a row in silver: the contract's, and where the records are changes {@link
   * #SEQUENCE} behind them, or where offsets tell the order {@link #OFFSET}.
   */
  public RecordSchema rowSchema() {
    if (!hasChanges() && !isByOffset()) {
      return schema;
    }
    List<Field> fields = new ArrayList<>(schema.fields());
    fields.add(
        hasChanges()
            ? Field.optional(SEQUENCE, FieldType.STRING)
            : Field.optional(OFFSET, FieldType.LONG).from(new Metadata(Metadata.Kind.OFFSET, "")));
    return new RecordSchema(fields);
  }

  /**
   * Index in {@link #rowSchema} of the field that decides which of two rows with the same key is
   * later, or {@link SilverSpec#NONE}.
   */
  public int latestBy() {
    return hasChanges() || isByOffset() ? schema.fields().size() : silver.latestBy();
  }

  private boolean isByOffset() {
    return silver.latestBy() == SilverSpec.OFFSET;
  }

  /** Whether a record can say that a row is gone. */
  public boolean hasDeletes() {
    return hasChanges()
        || (source.place() instanceof KafkaSpec kafka && kafka.messages().deletes());
  }

  public boolean hasKey() {
    return !keyFields.isEmpty();
  }

  /** Whether every accepted version of a row is kept, for a dimension needs the history. */
  public boolean keepsVersions() {
    return gold.dimensions().stream().anyMatch(DimensionSpec::keepsHistory);
  }

  /**
   * Index of the timestamp that a delete is given the time of its change in, or {@link
   * SilverSpec#NONE}.
   */
  public int changedAt() {
    for (DimensionSpec dimension : gold.dimensions()) {
      String validFrom = dimension.validFrom();
      if (hasChanges() && validFrom != null) {
        return schema.indexOf(validFrom);
      }
    }
    return SilverSpec.NONE;
  }

  /** {@link #keyFields} as an array of its own. */
  public int[] keyFieldIndexes() {
    return keyFields.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * The rules that reject no record but are counted, in the order of the counters; see {@link
   * #verdicts}.
   */
  public List<RecordRule> measuredRules() {
    List<RecordRule> measured = new ArrayList<>();
    for (Expectation expectation : checks.expectations()) {
      if (expectation.measure() instanceof Measure.Violations violations) {
        measured.add(violations.rule());
      }
    }
    return measured;
  }

  /**
   * Judges a cycle.
   *
   * @param accepted rows that broke no rule, before deduplication
   * @param published rows that went into silver
   * @param violations accepted rows that break each of the {@link #measuredRules}, in their order
   * @param duplicates accepted rows beyond the first with equal values, by the columns compared, as
   *     {@link Measure.Duplicates} gives them; what is absent is judged as not measured
   */
  public List<Verdict> verdicts(
      long accepted, long published, long[] violations, Map<List<FieldPath>, Long> duplicates) {
    Map<String, Long> byId = new HashMap<>();
    int counter = 0;
    for (RecordRule rule : measuredRules()) {
      byId.put(rule.id(), violations[counter++]);
    }
    Figures figures = new Figures(accepted, published, byId, duplicates);
    return checks.expectations().stream().map(expectation -> expectation.judge(figures)).toList();
  }
}
