UPDATE features SET name_digest = ${sha256_of_original_name};
