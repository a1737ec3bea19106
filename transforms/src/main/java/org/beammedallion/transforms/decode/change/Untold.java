package org.beammedallion.transforms.decode.change;

import org.beammedallion.transforms.decode.record.FieldPlan;

/** What a change does not tell of a value, in words for a person, and where to tell it. */
final class Untold {

  private Untold() {}

  static String timeUnit(FieldPlan field, long value) {
    return field.label()
        + " is the number "
        + value
        + ", and neither the event nor the pipeline file says whether it counts milliseconds, microseconds or"
        + " nanoseconds. Say it for this field, 'debezium: {fields: {"
        + field.path()
        + ": millis}}' (or micros, or nanos), or for all, 'debezium: {timeUnit: micros}'. MySQL's DATETIME(0) to (3) are"
        + " millis, DATETIME(4) to (6) micros; PostgreSQL's timestamps are micros.";
  }

  static String decimals(FieldPlan field, String shown) {
    return field.label()
        + " is the text '"
        + shown
        + "', and neither the event nor the pipeline file says whether it is the decimal itself or its bytes in base64."
        + " Say what the connector's decimal.handling.mode is, 'debezium: {decimals: string}' or 'debezium: {decimals:"
        + " precise}' (its scale is then the contract's), or say it for this field, 'debezium: {fields: {"
        + field.path()
        + ": string}}' (or precise).";
  }

  static String value(FieldPlan field) {
    return field.label()
        + " was not sent: the source's log does not hold large values that did not change. Let it hold whole rows (in"
        + " PostgreSQL: ALTER TABLE … REPLICA IDENTITY FULL).";
  }
}
