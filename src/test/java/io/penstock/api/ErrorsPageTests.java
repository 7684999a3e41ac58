package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.api.entrance.Problem;
import io.penstock.wire.Limit;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code src/docs/errors.md} to the two switches that answer errors. */
class ErrorsPageTests {

    static List<Class<?>> reasons() {
        return List.of(Reason.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void everyReasonHasARowWithItsTypeStatusAndCode(Class<?> type) throws Exception {
        Reason reason = example(type);
        RpcError mcp = RpcError.of(reason);
        String rest = Problem.of(reason, "id").type().replace("urn:penstock:problem:", "");

        assertThat(mcp.status()).isEqualTo(Problem.status(reason));
        assertThat(row(type)).startsWith("| `%s` | `%s` | %d".formatted(type.getSimpleName(), rest, mcp.status()));
        assertThat(row(type)).contains(" | %d | ".formatted(mcp.code()));
    }

    private static String row(Class<?> type) throws IOException {
        try (var lines = Files.lines(Path.of("src/docs/errors.md"))) {
            return lines.filter(line -> line.startsWith("| `" + type.getSimpleName() + "` |"))
                    .findFirst()
                    .orElse("");
        }
    }

    private static Reason example(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        var constructor = type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        return (Reason) constructor.newInstance(
                Arrays.stream(components).map(ErrorsPageTests::value).toArray());
    }

    private static Object value(RecordComponent component) {
        if (component.getType().isEnum()) {
            return component.getType().getEnumConstants()[0];
        }
        return switch (component.getGenericType().getTypeName()) {
            case "java.lang.String" -> "x";
            case "java.util.List<java.lang.String>" -> List.of("x");
            case "java.time.Duration" -> Duration.ofSeconds(1);
            case "io.penstock.wire.Limit" -> new Limit("x", 1, Duration.ofSeconds(1), 0, Duration.ofSeconds(1));
            case "java.net.URI" -> java.net.URI.create("https://gateway.example.com/");
            case "boolean" -> false;
            case "long" -> 415L;
            case "int", "java.lang.Integer" -> 415;
            default -> List.of(new Reason.Invalid.Field("name", "is missing"));
        };
    }
}
