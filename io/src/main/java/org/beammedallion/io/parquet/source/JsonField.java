package org.beammedallion.io.parquet.source;

import java.nio.charset.StandardCharsets;
import org.beammedallion.transforms.decode.record.Fault;
import org.beammedallion.transforms.decode.typed.ColumnConversion;
import org.beammedallion.transforms.decode.typed.JsonText;
import org.beammedallion.transforms.decode.typed.TypedRecords;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;

/**
 * A group, list or map in a field of which the contract does not say what is in it: a text of JSON.
 */
final class JsonField extends NestedValue {

  private final JsonPart part;
  private final ColumnConversion conversion;
  private final TypedSettings settings;
  private final String shown;

  /**
   * @param conversion of the text
   * @param shown what the value is, in a message
   */
  JsonField(
      int present,
      int repetition,
      JsonPart part,
      ColumnConversion conversion,
      TypedSettings settings,
      String shown) {
    super(present, repetition, part.leaves);
    this.part = part;
    this.conversion = conversion;
    this.settings = settings;
    this.shown = shown;
  }

  private boolean read(TypedRecords records) {
    JsonText json = new JsonText(settings);
    part.write(json);
    byte[] utf8 = json.toString().getBytes(StandardCharsets.UTF_8);
    boolean is = json.isExact() && conversion.ofBytes(utf8, 0, utf8.length);
    if (!json.isExact()) {
      conversion.ofOtherShape(shown + " with a value that JSON has not: " + json);
    }
    Fault fault = conversion.fault();
    if (fault != null) {
      records.note(fault);
    }
    return is;
  }

  @Override
  void put(TypedRecords records, RowLayout layout, int row, int field) {
    if (isNull()) {
      skip();
    } else if (read(records)) {
      records
          .builder()
          .setBytes(layout, row, field, conversion.bytes(), conversion.from(), conversion.length());
    }
  }

  @Override
  void append(TypedRecords records, int array) {
    RowBuilder builder = records.builder();
    if (read(records)) {
      int start = builder.beginVariableElement(array);
      builder.append(conversion.bytes(), conversion.from(), conversion.length());
      builder.endVariableElement(start);
    } else {
      builder.appendNullElement(array);
    }
  }
}
