package org.beammedallion.io.source.kafka;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.jspecify.annotations.Nullable;

/**
 * What a person should know of a failure of Kafka's client.
 *
 * @param what happened, and why; may hold secrets
 * @param advice how to mend it
 * @param isLasting whether a property is wrong, so that trying again does not help
 */
record KafkaFailure(String what, String advice, boolean isLasting) {

  private static final String CLASS_PATH =
      "The jar with the class must be on the class path of the driver and of the workers: `java -cp"
          + " medallion.jar:yours.jar org.beammedallion.pipelines.Main run …`, `spark-submit --jars"
          + " yours.jar`, or the folder lib/ of each machine of a Flink cluster.";

  private static final String OTHER_PORT =
      "'security.protocol' in 'source.kafka.properties' must be that of the port in the contract's"
          + " 'host': ";

  /**
   * @param mechanism of the login; null where there is none
   */
  static KafkaFailure of(KafkaException e, @Nullable String mechanism) {
    List<Throwable> chain = chain(e);
    ConfigException property = first(ConfigException.class, chain);
    if (property != null) {
      return property(text(property));
    }
    LoginException login = first(LoginException.class, chain);
    if (login != null) {
      return login(text(login));
    }
    IllegalArgumentException argument = first(IllegalArgumentException.class, chain);
    if (argument != null) {
      return new KafkaFailure(
          text(argument),
          "Look at 'source.kafka.properties'; 'sasl.jaas.config' is such as: CLASS required"
              + " NAME=\"VALUE\";",
          true);
    }
    Throwable innermost = chain.get(chain.size() - 1);
    if (first(SSLException.class, chain) != null) {
      return tls(first(CertificateException.class, chain), innermost);
    }
    return other(chain, mechanism);
  }

  private static List<Throwable> chain(Throwable e) {
    List<Throwable> chain = new ArrayList<>();
    for (@Nullable Throwable each = e; each != null; each = each.getCause()) {
      chain.add(each);
    }
    return chain;
  }

  /** The innermost of a kind. */
  private static <T> @Nullable T first(Class<T> kind, List<Throwable> chain) {
    @Nullable T found = null;
    for (Throwable each : chain) {
      found = kind.isInstance(each) ? kind.cast(each) : found;
    }
    return found;
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static KafkaFailure property(String what) {
    return new KafkaFailure(
        what,
        what.contains("could not be found")
            ? CLASS_PATH
            : "Look at 'host' of the contract's server, and at 'source.kafka.properties'.",
        true);
  }

  private static KafkaFailure login(String text) {
    if (text.startsWith("No LoginModule found")) {
      return new KafkaFailure(text + ", which 'sasl.jaas.config' names", CLASS_PATH, true);
    }
    return new KafkaFailure(
        "The login has failed: " + innermost(text),
        "Look at 'sasl.jaas.config'. Where a token is fetched: at"
            + " 'sasl.oauthbearer.token.endpoint.url', at clientId and clientSecret in"
            + " 'sasl.jaas.config', and there at ssl.truststore.location, unless Java trusts the"
            + " certificate of that server.",
        false);
  }

  /** Java's login puts the whole stack trace of what has failed into its message. */
  private static String innermost(String text) {
    String line = text.lines().findFirst().orElse(text);
    for (String each : text.lines().toList()) {
      line = each.startsWith("Caused by: ") ? each : line;
    }
    return line.replaceFirst("^Caused by: ", "").replaceFirst("^([\\w$]+\\.)+[\\w$]+: ", "");
  }

  private static KafkaFailure tls(@Nullable CertificateException certificate, Throwable innermost) {
    String text = text(innermost);
    if (certificate instanceof CertificateExpiredException
        || certificate instanceof CertificateNotYetValidException) {
      return new KafkaFailure(
          "The certificate of the broker is not valid now; " + text,
          "Renew the broker's certificate, or set the clock of this machine.",
          false);
    } else if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
      return new KafkaFailure(
          "The certificate of the broker is for another host; " + text,
          "The contract's 'host', and the addresses that brokers advertise, must be names in their"
              + " certificates.",
          false);
    } else if (innermost instanceof GeneralSecurityException) {
      return new KafkaFailure(
          "The certificate of the broker is not trusted; " + text,
          "'ssl.truststore.location' must lead to a file with the certificate of the authority that"
              + " has signed it; without that property, Java's own are used.",
          false);
    } else if (text.contains("alert")) {
      return new KafkaFailure(
          "The broker has refused the connection; " + text,
          "Brokers that want a certificate of the client: 'ssl.keystore.location' must lead to a"
              + " file with a key and a certificate that they trust and that has not expired.",
          false);
    }
    return new KafkaFailure(
        text,
        OTHER_PORT + "PLAINTEXT or SASL_PLAINTEXT, where the broker does not use TLS there.",
        false);
  }

  private static KafkaFailure other(List<Throwable> chain, @Nullable String mechanism) {
    KafkaException inner = first(KafkaException.class, chain);
    Throwable cause = inner == null ? chain.get(0) : inner;
    String what = text(cause);
    String advice;
    if (cause instanceof TimeoutException) {
      advice =
          "Look at the contract's 'host', at whether the brokers run, at the addresses that they"
              + " advertise, and at whether 'security.protocol' in 'source.kafka.properties' is"
              + " that of the port. Nothing is lost: the next run continues.";
    } else if (cause instanceof AuthorizationException) {
      advice = "Give the user the rights Read and Describe for the topic.";
    } else if (cause instanceof UnsupportedSaslMechanismException) {
      advice = "Set 'sasl.mechanism' in 'source.kafka.properties' to one of the broker's.";
    } else if (cause instanceof IllegalSaslStateException) {
      advice = OTHER_PORT + "SSL or PLAINTEXT, where users do not log in there.";
    } else if (cause instanceof AuthenticationException) {
      advice =
          "OAUTHBEARER".equals(mechanism)
              ? "The broker refuses the token: its log says why. Often the audience, the issuer, or"
                  + " 'scope' in 'sasl.jaas.config' is another than the broker's, or a clock is"
                  + " wrong."
              : "Look at the user and the password in 'sasl.jaas.config'. Nothing is lost: the next"
                  + " run continues.";
    } else {
      Throwable last = chain.get(chain.size() - 1);
      if (last != cause) {
        IOException io = first(IOException.class, chain);
        Throwable why = io == null ? last : io;
        what = what + ": " + why.getClass().getSimpleName() + ", " + text(why);
      }
      advice = "Look at 'source.kafka.properties', and at the log of the brokers.";
    }
    return new KafkaFailure(what, advice, false);
  }
}
