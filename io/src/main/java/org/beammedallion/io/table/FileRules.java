package org.beammedallion.io.table;

import java.io.Serializable;

/**
 * What a table asks of its data files; workers follow it without seeing the table.
 *
 * @param folder of the files, relative to the table's; empty for that itself
 */
public record FileRules(String folder, FieldIds fieldIds, EmptyText emptyText)
    implements Serializable {

  /** What an empty text is in the column of a partition. */
  public enum EmptyText {
    /** A value like any other. */
    VALUE,
    /** The same partition as null. */
    NULL
  }

  /** Files in the table's folder, columns by name. */
  public static final FileRules BY_NAME = new FileRules("", FieldIds.NONE, EmptyText.NULL);

  /** The path of a file relative to the table, given that relative to the data's folder. */
  public String path(String file) {
    return folder.isEmpty() ? file : folder + "/" + file;
  }
}
