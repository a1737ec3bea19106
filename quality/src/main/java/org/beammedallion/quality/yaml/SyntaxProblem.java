package org.beammedallion.quality.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * What to say of a file that is not YAML: the parser's words for the faults that people make, in
 * plain ones. The place is where the fault is, which may be before the place that the parser names.
 */
final class SyntaxProblem {

  private SyntaxProblem() {}

  /** The place of a fault, or empty where the parser names none. */
  static Optional<Mark> place(MarkedYamlEngineException fault) {
    boolean isBefore =
        contains(fault, "could not find expected ':'")
            || contains(fault, "unexpected end of stream")
            || contains(fault, "undefined alias");
    Optional<Mark> first = isBefore ? fault.getContextMark() : fault.getProblemMark();
    Optional<Mark> second = isBefore ? fault.getProblemMark() : fault.getContextMark();
    return first.isPresent() ? first : second;
  }

  static String message(MarkedYamlEngineException fault) {
    return "not valid YAML: " + plain(fault);
  }

  private static String plain(MarkedYamlEngineException fault) {
    if (contains(fault, "'\\t(TAB)'")) {
      return "a tab stands before a key or value. Write blanks instead.";
    } else if (contains(fault, "could not find expected ':'")) {
      return "this line is not a key with a value. Write 'key: value', with a blank after the colon.";
    } else if (contains(fault, "mapping values are not allowed here")) {
      return "a colon is not expected here. Indent this line as the other keys of its block, and put a text"
          + " that contains ': ' in quotes.";
    } else if (contains(fault, "found unknown escape character")) {
      return "a backslash in double quotes begins an escape, and this one does not exist. Put the text in single"
          + " quotes.";
    } else if (contains(fault, "unexpected end of stream")) {
      return "the quote that begins here is not closed.";
    } else if (contains(fault, "cannot start any token")
        || contains(fault, "unexpected character")) {
      return "a text cannot begin with this character. Put the text in quotes.";
    } else if (contains(fault, "undefined alias")) {
      return "* begins the name of an anchor, and there is no such anchor. Put a text that begins with * in quotes.";
    } else if (contains(fault, "but found '<block sequence start>'")
        || contains(fault, "sequence entries are not allowed here")) {
      return "a list item ('-') is not expected here, for the lines before it are keys. Begin every item of a list"
          + " with '-', the first one too, and indent the items alike.";
    } else if (contains(fault, "expected <block end>")) {
      return "this is not expected here. Indent the line as the other keys of its block, and put a text that begins"
          + " with a quote, [ or { in quotes as a whole.";
    } else if (contains(fault, "expected ',' or")) {
      return "a comma or the closing bracket of a list [ ] or mapping { } is missing before this place.";
    }
    String context = fault.getContext() == null ? "" : fault.getContext() + ", ";
    return context + fault.getProblem() + ".";
  }

  private static boolean contains(MarkedYamlEngineException fault, String words) {
    return String.valueOf(fault.getProblem()).contains(words);
  }
}
