package io.penstock.dev;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;
import java.util.Set;

/**
 * The secrets of one checkout: made up at the first start, kept in a file that only its owner reads, the same at every later start,
 * because what they sealed is kept too.
 */
final class Secrets {

    private static final int BYTES = 48;

    private final Properties values;

    private Secrets(Properties values) {
        this.values = values;
    }

    /** Those of a folder; the folder and they are made where they are missing. */
    static Secrets keptIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("secrets.properties");
        try {
            write(file, "jwt=" + random() + "\nencryption=" + random() + "\nupstream=" + random() + "\n");
        } catch (FileAlreadyExistsException kept) {
            // that is what they are kept for
        }
        var values = new Properties();
        values.load(new StringReader(Files.readString(file)));
        return new Secrets(values);
    }

    /** Signs the tokens of the gateway's callers. */
    String jwt() {
        return values.getProperty("jwt");
    }

    /** Seals what the gateway stores. */
    String encryption() {
        return values.getProperty("encryption");
    }

    /** What the sample server wants to see. */
    String upstream() {
        return values.getProperty("upstream");
    }

    private static void write(Path file, String text) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
