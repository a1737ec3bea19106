package org.beammedallion.io.secret;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretReferencesTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("USER_NAME", "me", "PASSWORD", "hunter$2\\${env:USER_NAME}", "EMPTY", "");

  @TempDir Path folder;

  private static String resolved(String text) {
    return SecretReferences.resolve(text, ENVIRONMENT);
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> resolved(text)).getMessage();
  }

  @Test
  void standForVariablesOfTheEnvironment() {
    assertThat(resolved("${env:USER_NAME}"), is("me"));
    assertThat(resolved("jdbc:x?user=${env:USER_NAME}&a=${env:EMPTY};"), is("jdbc:x?user=me&a=;"));
    assertThat(
        resolved("no ${reference} and no $env:USER_NAME"),
        is("no ${reference} and no $env:USER_NAME"));
    assertThat(
        "a secret is not looked into",
        resolved("${env:PASSWORD}"),
        is(ENVIRONMENT.get("PASSWORD")));
  }

  @Test
  void standForWhatFilesHold() throws Exception {
    Path secret = folder.resolve("token");
    Files.writeString(secret, "süß\n");
    assertThat(resolved("${file:" + secret + "}"), is("süß"));
    Files.writeString(secret, "two\n\n");
    assertThat("one line end is the editor's", resolved("${file:" + secret + "}"), is("two\n"));
  }

  @Test
  void tellWhatTheyReferToAndIsNotThere() {
    String message = refusal("${env:PASSWORD} ${env:NO_SUCH}");
    assertThat(message, containsString("'${env:NO_SUCH}'"));
    assertThat(message, not(containsString("hunter")));
    assertThat(refusal("${file:" + folder + "/none}"), containsString("NoSuchFileException"));
    assertThat(refusal("${vault:a/b}"), containsString("${env:NAME}"));
  }

  @Test
  void areSeenInTexts() {
    assertThat(SecretReferences.areIn("a ${env:X}"), is(true));
    assertThat(SecretReferences.areIn("a ${X} $env:X"), is(false));
  }

  @Test
  void areStarsInMessagesAlsoWordByWord() throws Exception {
    Path login = folder.resolve("login");
    Files.writeString(
        login, "a.b.LoginModule required user=\"me\" password=\"YWJj=\" key=hunter2;");
    Path password = Files.writeString(folder.resolve("password"), "no");
    List<String> settings = List.of("${file:" + login + "}", "x ${file:" + password + "}", "PLAIN");
    assertThat(
        SecretReferences.masked(
            "a.b.LoginModule PLAIN 'YWJj=' \"hunter2\" password no me", settings),
        is("a.b.LoginModule PLAIN '***' \"***\" password *** me"));
    assertThat(SecretReferences.masked("[" + Files.readString(login) + "]", settings), is("[***]"));
  }
}
