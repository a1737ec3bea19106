package org.beammedallion.transforms.decode.avro;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.record.Excerpt;
import org.beammedallion.transforms.decode.record.FieldNames;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Compares the schema of an Avro file with the contract. A file of which the contract knows no
 * column is refused, one without a required column, one whose columns have a type that no column of
 * ours can hold, and one that is to hold Debezium's envelopes and does not. Columns that are found
 * by their names without regard to case are told.
 */
public final class AvroFileCheck implements FileCheck {

  private static final long serialVersionUID = 1L;
  private static final int NAMED = 8;

  private final RecordSchema contract;
  private final boolean envelopes;

  private AvroFileCheck(RecordSchema contract, boolean envelopes) {
    this.contract = contract;
    this.envelopes = envelopes;
  }

  /** Records are rows of the contract. */
  public static AvroFileCheck rows(RecordSchema contract) {
    return new AvroFileCheck(contract, false);
  }

  /**
   * Records are Debezium's envelopes around rows of the contract. A required column may be missing:
   * deletes do not need it.
   */
  public static AvroFileCheck debezium(RecordSchema contract) {
    return new AvroFileCheck(contract, true);
  }

  @Override
  public @Nullable String check(byte[] header) throws RefusedFileException {
    Schema schema;
    try {
      schema = AvroDecoder.readableSchema(header);
    } catch (AvroRuntimeException e) {
      throw new RefusedFileException("cannot be read: " + e.getMessage(), e);
    }
    Schema records = AvroTypes.onlyBranch(schema);
    if (records == null || records.getType() != Schema.Type.RECORD) {
      throw new RefusedFileException(
          "holds values of the Avro type '"
              + schema.getType().getName()
              + "', and not records with fields. Have the source write records.");
    }
    return compare(envelopes ? image(records) : records);
  }

  /** The record that an envelope says the row is. */
  private static Schema image(Schema envelope) throws RefusedFileException {
    Schema.Field after = envelope.getField("after");
    Schema row = after == null ? null : AvroTypes.onlyBranch(after.schema());
    if (row == null || row.getType() != Schema.Type.RECORD || envelope.getField("op") == null) {
      throw new RefusedFileException(
          "is not of Debezium: an envelope has 'op' and a record 'after', and its records have "
              + named(namesOf(envelope))
              + ". Records that were flattened are no changes; read them without 'changes: debezium'.");
    }
    return row;
  }

  private @Nullable String compare(Schema records) throws RefusedFileException {
    List<String> present = namesOf(records);
    List<String> wanted = contract.fields().stream().map(Field::physicalName).toList();
    int[] found = FieldNames.match(wanted, present);
    List<String> missing = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < found.length; i++) {
      any |= found[i] >= 0;
      if (found[i] < 0 && contract.fields().get(i).required()) {
        missing.add(wanted.get(i));
      }
    }
    if (!any) {
      throw new RefusedFileException(
          "has none of the contract's columns. It has "
              + named(present)
              + "; the contract knows "
              + named(wanted)
              + ". Set physicalName of a property whose column has another name, or remove the file if it does not"
              + " belong here.");
    }
    if (!missing.isEmpty() && !envelopes) {
      throw new RefusedFileException(
          "has no column "
              + named(missing)
              + ", which the contract requires; it has "
              + named(present)
              + ". Provide a file that has it, set physicalName if it has another name, or remove 'required' in "
              + "the contract.");
    }
    refuseDurations(contract, records, "");
    List<String> notes = new ArrayList<>();
    note(contract, records, "", notes);
    String strangers = envelopes ? null : strangers(wanted, present, found);
    if (strangers != null) {
      notes.add(notes.isEmpty() ? strangers : "It " + strangers);
    }
    return notes.isEmpty() ? null : String.join(" ", notes);
  }

  private static @Nullable String strangers(
      List<String> wanted, List<String> present, int[] found) {
    List<String> absent = new ArrayList<>();
    List<String> unknown = new ArrayList<>(present);
    for (int i = 0; i < found.length; i++) {
      if (found[i] == FieldNames.ABSENT) {
        absent.add(wanted.get(i));
      } else if (found[i] >= 0) {
        unknown.remove(present.get(found[i]));
      }
    }
    return FieldNames.strangers(absent, unknown);
  }

  private static void refuseDurations(RecordSchema contract, Schema records, String prefix)
      throws RefusedFileException {
    List<Schema.Field> fields = records.getFields();
    int[] found = match(contract, records);
    for (int i = 0; i < found.length; i++) {
      Schema type = found[i] < 0 ? null : AvroTypes.onlyBranch(fields.get(found[i]).schema());
      if (type == null) {
        continue;
      }
      String path = prefix + fields.get(found[i]).name();
      if (AvroTypes.isDuration(type)) {
        throw new RefusedFileException(
            "has the column '"
                + path
                + "' of Avro's type duration (months, days and milliseconds), for which a contract has no type. Make the source write it as text or as a number, or remove the property from the contract.");
      }
      RecordSchema inner = objectOf(contract.fields().get(i).type());
      Schema record = recordOf(type);
      if (inner != null && record != null) {
        refuseDurations(inner, record, path + ".");
      }
    }
  }

  /** Notes columns that were found, or not, because names differ by case alone. */
  private static void note(
      RecordSchema contract, Schema records, String prefix, List<String> notes) {
    int[] found = match(contract, records);
    List<String> alike = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      Field field = contract.fields().get(i);
      if (found[i] == FieldNames.AMBIGUOUS) {
        notes.add(
            "has several columns that differ from '"
                + prefix
                + field.physicalName()
                + "' only in case: none of them is read. Set physicalName to the right one.");
      } else if (found[i] >= 0) {
        Schema.Field column = records.getFields().get(found[i]);
        if (!column.name().equals(field.physicalName())) {
          alike.add("'" + prefix + column.name() + "' for '" + prefix + field.physicalName() + "'");
        }
        Schema type = AvroTypes.onlyBranch(column.schema());
        RecordSchema inner = objectOf(field.type());
        Schema record = type == null ? null : recordOf(type);
        if (inner != null && record != null) {
          note(inner, record, prefix + column.name() + ".", notes);
        }
      }
    }
    if (!alike.isEmpty()) {
      notes.add(
          0,
          "has "
              + String.join(", ", alike)
              + ": only upper and lower case differ, so it was accepted. Set physicalName of the property to make it"
              + " explicit.");
    }
  }

  private static int[] match(RecordSchema contract, Schema records) {
    return FieldNames.match(
        contract.fields().stream().map(Field::physicalName).toList(), namesOf(records));
  }

  private static @Nullable RecordSchema objectOf(FieldType type) {
    if (type instanceof ArrayType array) {
      return objectOf(array.element().type());
    }
    return type instanceof ObjectType object ? object.schema() : null;
  }

  private static @Nullable Schema recordOf(Schema type) {
    if (type.getType() == Schema.Type.ARRAY) {
      Schema element = AvroTypes.onlyBranch(type.getElementType());
      return element == null ? null : recordOf(element);
    }
    return type.getType() == Schema.Type.RECORD ? type : null;
  }

  private static List<String> namesOf(Schema records) {
    return records.getFields().stream().map(Schema.Field::name).toList();
  }

  private static String named(List<String> names) {
    String text =
        names.stream()
            .limit(NAMED)
            .map(name -> "'" + Excerpt.of(name) + "'")
            .collect(Collectors.joining(", "));
    return names.size() > NAMED ? text + " and " + (names.size() - NAMED) + " more" : text;
  }
}
