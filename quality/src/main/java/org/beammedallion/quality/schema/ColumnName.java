package org.beammedallion.quality.schema;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names a table's column can have, whatever the table's format. */
public final class ColumnName {

  /** Why a name was refused, as the end of a sentence. */
  public static final String SPELLING = "tables allow no blanks and none of ,;{}()=`";

  /** What Delta Lake and Parquet refuse in a column's name. */
  private static final Pattern REFUSED =
      Pattern.compile(".*[ ,;{}()\\n\\t=`\\p{Cntrl}].*|", Pattern.DOTALL);

  /** The metadata columns of Iceberg's specification and of Spark's tables in that format. */
  private static final Set<String> ICEBERG_METADATA =
      Set.of(
          "_file",
          "_pos",
          "_deleted",
          "_spec_id",
          "_partition",
          "_row_id",
          "_last_updated_sequence_number",
          "_change_type",
          "_change_ordinal",
          "_commit_snapshot_id");

  private ColumnName() {}

  /** Whether Delta Lake, Iceberg and Parquet all take the name. */
  public static boolean isSpelledRight(String name) {
    return !REFUSED.matcher(name).matches();
  }

  /** Whether Iceberg, or Spark over it, has a metadata column of that name, in any case. */
  public static boolean isIcebergMetadata(String name) {
    return ICEBERG_METADATA.contains(name.toLowerCase(Locale.ROOT));
  }
}
