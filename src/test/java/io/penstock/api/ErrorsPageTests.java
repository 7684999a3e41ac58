package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;

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
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        var constructor = type.getDeclaredConstructor(types);
        return (Reason) constructor.newInstance(
                Arrays.stream(types).map(ErrorsPageTests::value).toArray());
    }

    private static Object value(Class<?> type) {
        if (type == String.class) {
            return "x";
        }
        if (type == List.class) {
            return List.of(new Reason.Invalid.Field("name", "is missing"));
        }
        if (type == Duration.class) {
            return Duration.ofSeconds(1);
        }
        return type == long.class ? (Object) 415L : (Object) 415;
    }
}
