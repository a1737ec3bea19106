package org.beammedallion.quality.pipeline;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a topic belong to a pipeline, and what those without a value mean.
 *
 * @param where conditions that all hold for a message of the pipeline; none where all belong to it
 * @param routeBy what tells for which pipeline a message is, so that bronze keeps those of each
 *     together; null where bronze keeps them in the order of the topic
 */
public record MessageSpec(List<Condition> where, NullValue nullValue, @Nullable Part routeBy)
    implements Serializable {

  /** All messages; those without a value are no rows. */
  public static final MessageSpec DEFAULT = new MessageSpec(List.of(), NullValue.REJECT, null);

  /** What a message without a value means. */
  public enum NullValue {
    /** It is a dead letter. */
    REJECT,
    /** The row of its key is gone. */
    DELETE
  }

  /**
   * A header of a message, or a field of its JSON value.
   *
   * @param ofHeader whether it is the last header of a name
   * @param names the header's name, or names of members from the value to the field
   */
  public record Part(boolean ofHeader, List<String> names) implements Serializable {
    public Part {
      names = List.copyOf(names);
    }

    public static Part header(String name) {
      return new Part(true, List.of(name));
    }

    public static Part field(String... names) {
      return new Part(false, List.of(names));
    }
  }

  /**
   * A header or a field has one of some values.
   *
   * @param values what a text is, or how a number or boolean is written
   */
  public record Condition(Part part, List<String> values) implements Serializable {
    public Condition {
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
