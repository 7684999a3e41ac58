package io.penstock.setting;

import io.penstock.access.limit.Rate;
import java.io.File;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.FieldError;

/**
 * Says which setting is not written as what it has to be, and how that is written. The value is not repeated: it may be a secret that went
 * astray.
 */
class UnreadableSetting extends AbstractFailureAnalyzer<BindException> implements Ordered {

    private static final Map<Class<?>, String> WRITTEN = Map.ofEntries(
            Map.entry(Duration.class, "a duration, like 500ms, 10s or 5m"),
            Map.entry(Integer.class, "a whole number"),
            Map.entry(int.class, "a whole number"),
            Map.entry(boolean.class, "true or false"),
            Map.entry(DataSize.class, "a size, like 64KB or 1MB"),
            Map.entry(URI.class, "an address, like https://mcp.example.com"),
            Map.entry(InetAddress.class, "an address of this machine, like 127.0.0.1 or 0.0.0.0"),
            Map.entry(Path.class, "the path of a file"),
            Map.entry(File.class, "the path of a file"),
            Map.entry(
                    Rate.class,
                    "a number of calls, and after a slash the time for them, 1s to 31d, like 600/1m or 10/s; without"
                            + " a slash they are a minute's, and 0 is no limit"));

    private final SettingNames names;

    UnreadableSetting(@Nullable Environment environment) {
        this.names = new SettingNames(environment);
    }

    @Override
    protected FailureAnalysis analyze(Throwable failure, BindException cause) {
        var reason = cause.getCause() instanceof BindValidationException broken
                ? broken(broken)
                : names.of(cause.getName().toString()) + ": It must be "
                        + written(cause.getTarget().getType().resolve(Object.class)) + ".";
        return new FailureAnalysis(reason, "", cause);
    }

    private String broken(BindValidationException cause) {
        return cause.getValidationErrors().getAllErrors().stream()
                .map(error -> error instanceof FieldError field
                        ? names.of(cause.getValidationErrors().getName() + "." + dashed(field.getField())) + ": It "
                                + error.getDefaultMessage() + "."
                        : String.valueOf(error.getDefaultMessage()))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String written(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return WRITTEN.getOrDefault(type, "something else (" + type.getSimpleName() + ")");
    }

    private static String dashed(String field) {
        return field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Before Spring Boot's own, after what says more. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 1;
    }
}
