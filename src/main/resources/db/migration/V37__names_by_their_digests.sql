CREATE INDEX features_namesakes ON features (name_digest, kind);
