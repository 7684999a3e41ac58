package io.penstock.setting;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;

/** Says which setting of the server's own TLS is wrong, where Spring Boot says what is wrong with the key store that it would make of them. */
class UnusableTls implements FailureAnalyzer, Ordered {

    private static final String UNPAIRED = "SSL is enabled but no trust material is configured";
    private static final Pattern STORE = Pattern.compile("(?s)Unable to create (?:key|trust) store: (.*)");
    private static final Pattern FILE = Pattern.compile("'([^']+)'");

    private final @Nullable Environment environment;
    private final SettingNames names;

    UnusableTls(@Nullable Environment environment) {
        this.environment = environment;
        this.names = new SettingNames(environment);
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            var store = STORE.matcher(message);
            if (cause instanceof NoSuchSslBundleException) {
                return analysis(
                        names.of("server.ssl.bundle"),
                        "There is no bundle of this name: SPRING_SSL_BUNDLE_PEM_(its name)_KEYSTORE_CERTIFICATE and"
                                + " ..._KEYSTORE_PRIVATEKEY make one.",
                        cause);
            }
            if (message.startsWith(UNPAIRED)) {
                return analysis(
                        names.of("server.ssl.certificate"),
                        "A certificate and its key belong together: SERVER_SSL_CERTIFICATE needs"
                                + " SERVER_SSL_CERTIFICATEPRIVATEKEY; or name both in a bundle, SERVER_SSL_BUNDLE.",
                        cause);
            }
            if (store.matches()) {
                return store(store.group(1), cause);
            }
        }
        return null;
    }

    private FailureAnalysis store(String why, Throwable cause) {
        var file = FILE.matcher(why);
        String path = file.find() ? file.group(1) : "";
        String setting = path.isEmpty() ? null : settingOf(path);
        return setting == null
                ? analysis(general(), "Its certificate and its key make no key store. " + why + ".", cause)
                : analysis(
                        setting,
                        "The file " + path + " cannot be read as that: a certificate or a key in PEM, or a key store.",
                        cause);
    }

    private String general() {
        return names.of(names.value("server.ssl.bundle") == null ? "server.ssl.certificate" : "server.ssl.bundle");
    }

    /** The setting that names the file; null where none does. */
    private @Nullable String settingOf(String path) {
        return environment instanceof ConfigurableEnvironment known
                ? known.getPropertySources().stream()
                        .filter(EnumerablePropertySource.class::isInstance)
                        .map(source -> names((EnumerablePropertySource<?>) source, path))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private @Nullable String names(EnumerablePropertySource<?> source, String path) {
        for (String name : source.getPropertyNames()) {
            String value = String.valueOf(source.getProperty(name));
            if (value.equals(path) || value.equals("file:" + path)) {
                return names.of(name);
            }
        }
        return null;
    }

    private static FailureAnalysis analysis(String name, String why, Throwable cause) {
        return new FailureAnalysis(name + ": " + why, "", cause);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 3;
    }
}
