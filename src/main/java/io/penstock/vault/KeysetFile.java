package io.penstock.vault;

import org.jspecify.annotations.Nullable;

/** The file that keys come from, looked at again while the gateway runs. */
public interface KeysetFile {

    /** Other keys than those in use. */
    interface Successor {

        /** What seals and opens with them, before they are in use. */
        Vault vault();

        /** Which they are. */
        KeyRing keys();

        /** Takes them into use, at once and for everybody. */
        void use();

        /** Looks at them no more until the file changes again. */
        void refuse();
    }

    /**
     * Reads the file; blocks. Null where there is no file, or it is as it was when its keys were taken into use or refused for good.
     *
     * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException where what is there now cannot
     *     be used; where it may be another time, because it could not be read or whoever keeps the master key did not open it, said each time
     */
    @Nullable
    Successor successor();
}
