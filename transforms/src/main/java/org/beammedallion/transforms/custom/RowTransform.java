package org.beammedallion.transforms.custom;

import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * A user's own step between the checks and the deduplication: it may change, drop or add rows. A
 * pipeline file names an implementation by its class ({@code transform: {class: …, options: {…}}}),
 * which needs a public constructor without parameters.
 *
 * <p>The rows have the contract's fields and, behind them, {@value #SHARD} and {@value #POSITION},
 * which tell where a row came from; a row without them is published without provenance. The result
 * must have the contract's fields, by name and type. Rows that come out fewer than they went in are
 * counted as filtered. An exception fails the cycle, which the next run completes.
 */
public interface RowTransform {

  /** INT32: number of the shard in the cycle's plan. */
  String SHARD = "_shard";

  /** INT64: position in the source. */
  String POSITION = "_position";

  /**
   * The step; called once, when the pipeline is built.
   *
   * @param rowSchema of the rows that come in
   * @param options as the pipeline file gives them
   * @throws IllegalArgumentException where an option is wrong; the message is shown to the user
   */
  PTransform<PCollection<Row>, PCollection<Row>> create(
      Schema rowSchema, Map<String, String> options);
}
