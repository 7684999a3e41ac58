package io.penstock.store.connection;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** The folder and the files of the embedded database, for their owner alone where the file system knows owners. */
public final class DataFolder {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private DataFolder() {}

    /**
     * Makes the folder where it is missing, and the file in it, before the database would with the rights that the process gives all
     * files. A folder that was there keeps its rights: it may hold other things.
     */
    public static void prepare(Path database) {
        var folder = database.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try {
            if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createDirectories(folder);
                return;
            }
            Files.createDirectories(folder, PRIVATE_FOLDER);
            var file = folder.resolve(database.getFileName() + ".mv.db");
            makeFile(file);
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        } catch (IOException failure) {
            throw new InvalidConfigurationPropertyValueException(
                    "DATA_DIR",
                    folder,
                    "The folder or the file in it cannot be made. Name one that this user may write.");
        }
    }

    private static void makeFile(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException there) {
            // its rights are set by the caller
        }
    }
}
