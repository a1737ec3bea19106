package org.beammedallion.transforms.sql;

import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.jspecify.annotations.Nullable;

/** What is done with rows that Beam SQL cannot evaluate an expression of: the pipeline fails. */
public final class Failing extends PTransform<PCollection<Row>, PCollection<Row>> {

  private static final int MAX_VALUES = 300;

  private final Place place;

  private Failing(Place place) {
    this.place = place;
  }

  /** Says where a row stands. */
  @FunctionalInterface
  public interface Place extends Serializable {
    /**
     * @param row that Beam SQL was given, if it says
     */
    String of(@Nullable Row row, BoundedWindow window);
  }

  public static Failing at(Place place) {
    return new Failing(place);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> errors) {
    return errors.apply("Fail", ParDo.of(new FailFn(place))).setRowSchema(errors.getSchema());
  }

  /** The values of a row, as far as a message has room for them. */
  public static String values(Row row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < row.getFieldCount(); i++) {
      text.append(i == 0 ? "" : ", ")
          .append(row.getSchema().getField(i).getName())
          .append('=')
          .append(row.<Object>getValue(i));
    }
    return text.length() > MAX_VALUES ? text.substring(0, MAX_VALUES) + "…" : text.toString();
  }

  private static final class FailFn extends DoFn<Row, Row> {
    private final Place place;

    FailFn(Place place) {
      this.place = place;
    }

    @ProcessElement
    public void process(@Element Row failure, BoundedWindow window) {
      String error = Objects.requireNonNullElse(failure.getString("error"), "");
      throw new QueryFailedException(place.of(failure.getRow("row"), window), error);
    }
  }
}
