package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.List;

/**
 * Which messages of a topic belong to a pipeline, and what those without a value mean.
 *
 * @param where conditions that all hold for a message of the pipeline; none where all belong to it
 */
public record MessageSpec(List<Condition> where, NullValue nullValue) implements Serializable {

  /** All messages; those without a value are no rows. */
  public static final MessageSpec DEFAULT = new MessageSpec(List.of(), NullValue.REJECT);

  /** What a message without a value means. */
  public enum NullValue {
    /** It is a dead letter. */
    REJECT,
    /** The row of its key is gone. */
    DELETE
  }

  /**
   * A header or a field has one of some values.
   *
   * @param ofHeader whether it is of a header, else it is of a field of the JSON value
   * @param names the header's name, or names of members from the value to the field
   * @param values as texts
   */
  public record Condition(boolean ofHeader, List<String> names, List<String> values)
      implements Serializable {
    public Condition {
      names = List.copyOf(names);
      values = List.copyOf(values);
    }
  }

  public MessageSpec {
    where = List.copyOf(where);
  }

  public boolean deletes() {
    return nullValue == NullValue.DELETE;
  }
}
