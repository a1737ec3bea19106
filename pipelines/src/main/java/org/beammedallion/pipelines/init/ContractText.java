package org.beammedallion.pipelines.init;

import java.util.List;
import java.util.Locale;
import org.beammedallion.pipelines.sample.FolderPattern;

/** Writes a contract, with the evidence of each guess as a comment. */
final class ContractText {

  private static final int COMMENT_AT = 44;

  private final StringBuilder text = new StringBuilder();

  private ContractText() {}

  /**
   * @param name of the contract and its table
   * @param about what was read, as a clause
   * @param path of the files, as the server has it
   * @param notes about the whole
   */
  static String of(
      String name,
      String about,
      String path,
      String format,
      List<String> notes,
      List<ColumnDraft> columns) {
    ContractText contract = new ContractText();
    contract.comment(0, "Written by `medallion init` from " + about + ".");
    contract.comment(
        0,
        "Each guess has its evidence beside it. Correct what is wrong; the comments can be deleted.");
    notes.forEach(note -> contract.comment(0, note));
    contract.line(0, "apiVersion: v3.1.0", "");
    contract.line(0, "kind: DataContract", "");
    contract.line(0, "id: " + YamlText.of(name), "");
    contract.line(0, "name: " + YamlText.of(name), "");
    contract.line(0, "version: 1.0.0", "");
    contract.line(0, "status: draft", "");
    contract.text.append('\n');
    contract.line(0, "servers:", "");
    contract.line(2, "- server: files", "");
    contract.line(4, "type: local", "");
    contract.line(4, "path: " + YamlText.of(path), aboutPath(path));
    contract.line(4, "format: " + format, "");
    contract.text.append('\n');
    contract.line(0, "schema:", "");
    contract.line(2, "- name: " + YamlText.of(name), "");
    contract.line(4, "logicalType: object", "");
    contract.line(4, "physicalType: table", "");
    contract.line(4, "properties:", "");
    columns.forEach(column -> contract.property(6, column));
    return contract.text.toString();
  }

  /** How all files of a folder are taken, where the path names one. */
  private static String aboutPath(String path) {
    String all = FolderPattern.ofFolder(path);
    if (path.endsWith("}")) {
      return "relative to this file; these files and no later ones: * stands for any name";
    }
    return all == null
        ? "relative to this file; * stands for any name"
        : "relative to this file; it is one file, and '" + all + "' takes later ones beside it";
  }

  private void property(int indent, ColumnDraft column) {
    line(indent, "- name: " + YamlText.of(column.name), "");
    if (!column.physicalName().equals(column.name)) {
      line(indent + 2, "physicalName: " + YamlText.of(column.physicalName()), "");
    }
    body(indent + 2, column);
  }

  private void body(int indent, ColumnDraft column) {
    List<String> evidence = column.evidence;
    line(
        indent,
        "logicalType: " + column.logical.name().toLowerCase(Locale.ROOT),
        evidence.isEmpty() ? "" : evidence.get(0));
    evidence.stream().skip(1).forEach(more -> comment(indent, more));
    if (column.physical != null) {
      line(indent, "physicalType: " + YamlText.of(column.physical), "");
    }
    column.choices.forEach(choice -> comment(indent, choice));
    if (!column.options.isEmpty()) {
      line(indent, "logicalTypeOptions:", "");
      column.options.forEach((key, value) -> line(indent + 2, key + ": " + YamlText.of(value), ""));
    }
    if (column.required) {
      line(indent, "required: true", "");
    }
    if (column.takesScalars) {
      line(indent, "customProperties:", "");
      line(indent + 2, "- property: takesScalars", "");
      line(indent + 4, "value: true", "");
    } else if (column.shortYearsFrom != null) {
      line(indent, "customProperties:", "");
      line(indent + 2, "- property: twoDigitYearsFrom", "");
      line(indent + 4, "value: " + column.shortYearsFrom, "");
    }
    if (column.items != null) {
      line(indent, "items:", "");
      body(indent + 2, column.items);
    }
    if (!column.properties.isEmpty()) {
      line(indent, "properties:", "");
      column.properties.forEach(property -> property(indent + 2, property));
    }
  }

  private void line(int indent, String yaml, String comment) {
    text.append(" ".repeat(indent)).append(yaml);
    if (!comment.isEmpty()) {
      int used = indent + yaml.length();
      text.append(" ".repeat(Math.max(2, COMMENT_AT - used)))
          .append("# ")
          .append(YamlText.comment(comment));
    }
    text.append('\n');
  }

  private void comment(int indent, String comment) {
    text.append(" ".repeat(indent)).append("# ").append(YamlText.comment(comment)).append('\n');
  }
}
