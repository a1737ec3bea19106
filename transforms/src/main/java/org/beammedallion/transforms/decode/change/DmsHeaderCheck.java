package org.beammedallion.transforms.decode.change;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.decode.csv.CsvHeaderCheck;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.jspecify.annotations.Nullable;

/**
 * Compares the header of a CSV file of DMS with the contract and with the columns that DMS adds. It
 * depends on whether a file is of a full load, which may lack these.
 */
public record DmsHeaderCheck(ChangeRows rows, DmsFormat dms, CsvFormat format)
    implements FileCheck {

  @Override
  public @Nullable String check(byte[] header) throws RefusedFileException {
    return forFile("").check(header);
  }

  @Override
  public FileCheck forFile(String uri) {
    List<Field> columns = new ArrayList<>();
    Set<String> needed = new HashSet<>();
    for (String name : dms.columns()) {
      columns.add(new Field(name, name, FieldType.STRING, false));
      if (!DmsChange.isFullLoad(uri)) {
        needed.add(name);
      }
    }
    List<Field> own = rows.schema().fields().subList(0, rows.fieldCount());
    columns.addAll(own);
    own.stream().filter(Field::required).forEach(field -> needed.add(field.physicalName()));
    rows.keyFields().forEach(key -> needed.add(own.get(key).physicalName()));
    return CsvHeaderCheck.ofChanges(new RecordSchema(columns), needed, format);
  }
}
