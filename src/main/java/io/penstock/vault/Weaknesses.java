package io.penstock.vault;

import java.util.List;

/** Looks at settings of one feature for what makes the gateway easy to attack. */
public interface Weaknesses {

    /** Empty where all is well. */
    List<Weakness> find();
}
