package org.beammedallion.pipelines.suite;

import java.math.BigDecimal;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.transforms.custom.RowTransform;

/**
 * Takes small orders away and writes states in capitals: the example of {@code
 * docs/own-transform.md}.
 */
public final class KeepLargeOrders implements RowTransform {

  @Override
  public PTransform<PCollection<Row>, PCollection<Row>> create(
      Schema rowSchema, Map<String, String> options) {
    BigDecimal least = new BigDecimal(options.getOrDefault("least", "0"));
    return new PTransform<>() {
      @Override
      public PCollection<Row> expand(PCollection<Row> orders) {
        return orders
            .apply(
                "Large enough",
                Filter.by(order -> order.getDecimal("amount").compareTo(least) >= 0))
            .apply(
                "Capitals",
                MapElements.into(TypeDescriptors.rows())
                    .via(
                        order ->
                            order.getString("status") == null
                                ? order
                                : Row.fromRow(order)
                                    .withFieldValue(
                                        "status",
                                        order
                                            .getString("status")
                                            .toUpperCase(java.util.Locale.ROOT))
                                    .build()))
            .setRowSchema(rowSchema);
      }
    };
  }
}
