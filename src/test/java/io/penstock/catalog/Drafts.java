package io.penstock.catalog;

/** Drafts in tests of what writes them. */
public final class Drafts {

    private Drafts() {}

    /** What a draft must be where nobody set otherwise. */
    public static DraftRules rules() {
        return new DraftRules(new HeaderRules("X-Authenticated-User", "", ""));
    }
}
