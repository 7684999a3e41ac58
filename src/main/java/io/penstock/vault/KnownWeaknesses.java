package io.penstock.vault;

import java.util.List;

/** All that makes this gateway easy to attack, of all features, under the names by which operators know the settings. */
public interface KnownWeaknesses {

    /** Empty where all is well. */
    List<Weakness> all();
}
