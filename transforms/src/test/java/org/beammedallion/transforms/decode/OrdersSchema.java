package org.beammedallion.transforms.decode;

import static org.beammedallion.quality.schema.FieldType.STRING;
import static org.beammedallion.quality.schema.FieldType.TIMESTAMP;
import static org.beammedallion.quality.schema.FieldType.decimal;

import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.RecordSchema;

/** The schema of the orders example. */
public final class OrdersSchema {

  public static final RecordSchema ORDERS =
      RecordSchema.of(
          Field.required("order_id", STRING),
          Field.required("customer_id", STRING),
          Field.optional("customer_email", STRING),
          Field.required("amount", decimal(12, 2)),
          Field.required("currency", STRING),
          Field.optional("status", STRING),
          Field.required("ordered_at", TIMESTAMP),
          Field.required("updated_at", TIMESTAMP));

  private OrdersSchema() {}
}
