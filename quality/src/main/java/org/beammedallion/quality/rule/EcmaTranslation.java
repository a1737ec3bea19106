package org.beammedallion.quality.rule;

/**
 * What an {@link EcmaTranslator} made of a regular expression.
 *
 * @param backtracking for {@link java.util.regex.Pattern}
 * @param linear for RE2/J, without meaning where backtracking is needed
 * @param needsBacktracking whether it looks around or refers back
 * @param repeatsGroups whether a group is repeated so often that the JDK's recursion could get deep
 * @param letterCase whether it matters, and to whom
 */
record EcmaTranslation(
    String backtracking,
    String linear,
    boolean needsBacktracking,
    boolean repeatsGroups,
    Case letterCase) {

  /** The libraries fold letters alike in ASCII only. */
  enum Case {
    MATTERS,
    /** By a pattern of ASCII: the libraries agree about texts of ASCII. */
    IGNORED_IN_ASCII,
    IGNORED
  }
}
