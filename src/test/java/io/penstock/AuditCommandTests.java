package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTests {

    private static final Map<String, String> KEYS =
            Map.of("AUTH_ENCRYPTION_SECRET", "Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void anEmptyTrailIsWhole() throws IOException {
        var file = Files.writeString(folder.resolve("export"), "");

        assertThat(run(KEYS, file.toString())).isZero();
        assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("0 entries in 0 chains: whole");
    }

    @Test
    void whatIsWrongIsPrintedALineEach() throws IOException {
        var file = Files.writeString(folder.resolve("export"), """
                {"kind":"chain","id":"00000000-0000-4000-8000-000000000001","began_at":"2026-11-27T00:00:00Z","previous":null,\
                "previous_places":0,"previous_head":"","places":1,"head":"00","head_sealed":"AAAA"}
                """);

        assertThat(run(KEYS, file.toString())).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("Chain 00000000-0000-4000-8000-000000000001 has 0 entries, and was noted to have 1")
                .contains("0 entries in 1 chains: NOT WHOLE");
    }

    @Test
    void whatCannotBeToldSaysWhatIsMissing() throws IOException {
        var noise = Files.writeString(folder.resolve("noise"), "hello\n");

        assertThat(run(KEYS)).isEqualTo(2);
        assertThat(run(KEYS, folder.resolve("absent").toString())).isEqualTo(2);
        assertThat(run(KEYS, noise.toString())).isEqualTo(2);
        assertThat(run(Map.of(), noise.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .contains("usage: audit FILE")
                .contains("the file cannot be read")
                .contains("no export of an audit trail")
                .contains("AUTH_ENCRYPTION_SECRET");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return new AuditCommand(environment)
                .run(List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
