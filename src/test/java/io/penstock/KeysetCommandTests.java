package io.penstock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetCommandTests {

    @TempDir
    private Path folder;

    private String file = "";

    @BeforeEach
    void name() {
        file = folder.resolve("keyset.json").toString();
    }

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = new KeysetCommand(Map.of())
                .run(List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new Ran(code, out.toString(UTF_8).strip(), err.toString(UTF_8).strip());
    }

    private Vault vault() throws Exception {
        return Vault.of(new Secret(""), List.of(), Path.of(file));
    }

    @Test
    void aKeyIsAddedPromotedAndTheOneBeforeRemoved() throws Exception {
        String first = run("create", "--file", file).out();
        byte[] sealed = vault().seal(new byte[] {1}, "c");

        String second = run("add", "--file", file).out();
        assertThat(run("list", "--file", file).out()).isEqualTo(first + " *\n" + second);
        assertThat(run("remove", "--file", file, "--key", first).err()).contains("promote another one first");
        assertThat(run("promote", "--file", file, "--key", second).code()).isZero();
        assertThat(run("list", "--file=" + file).out()).isEqualTo(first + "\n" + second + " *");

        assertThat(vault().open(sealed, "c")).containsExactly(1);
        assertThat(run("remove", "--file", file, "--key", first).code()).isZero();
        assertThat(run("list", "--file", file).out()).isEqualTo(second + " *");
    }

    @Test
    void theFileIsItsOwnersAloneAndNoKeyIsPrinted() throws Exception {
        var created = run("create", "--file", file);

        assertThat(created.code()).isZero();
        assertThat(created.out()).matches("01[0-9a-f]{8}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void whatIsThereIsNotOverwritten() throws Exception {
        run("create", "--file", file);
        String before = Files.readString(Path.of(file));

        var again = run("create", "--file", file);

        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("is there already");
        assertThat(Files.readString(Path.of(file))).isEqualTo(before);
    }

    @Test
    void whatIsWrongIsSaidInOneLine() {
        assertThat(run().err()).contains("usage: keyset");
        assertThat(run("create").err()).contains("--file is missing");
        assertThat(run("list", "--file", file).err()).contains("cannot be read");
        assertThat(run("list", "--colour", "red").err()).contains("there is no option --colour");
        assertThat(run("melt", "--file", file).err()).contains("there is no melt");
        run("create", "--file", file);
        assertThat(run("promote", "--file", file, "--key", "0100000000").err()).contains("there is no key 0100000000");
        assertThat(run("encrypt", "--file", file, "--to", file + ".enc").err()).contains("--master-key");
    }
}
