// Checks the layers of the tree whose root is the working directory. `koneksi_library(FOLDER LINK ...)` in
// CMakeLists.txt says which folders a folder may include; nm says which object of the build uses which.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";

const build = process.argv[2];
const faults = [];

/** Folder -> the folders that it links directly. */
const links = new Map();
for (const [, folder, list] of readFileSync("CMakeLists.txt", "utf8").matchAll(
    /^ *koneksi_library\((\S+?)(?: LINK ([^)]+))?\)$/gm)) {
    links.set(folder, (list ?? "").split(/\s+/));
}
const targetOf = (folder) => `koneksi_${folder.replaceAll("/", "_")}`;
const reachable = (folder, seen = new Set()) => {
    if (!seen.has(folder)) {
        seen.add(folder);
        for (const other of links.keys()) {
            if (links.get(folder).includes(targetOf(other))) reachable(other, seen);
        }
    }
    return seen;
};

for (const folder of links.keys()) {
    const below = reachable(folder);
    for (const name of readdirSync(folder).filter((each) => /\.(c|h|def)$/.test(each))) {
        // a program may name any layer
        if (readFileSync(`${folder}/${name}`, "utf8").includes("int main(")) continue;
        for (const [, path] of readFileSync(`${folder}/${name}`, "utf8").matchAll(/^#include "([^"]+)"/gm)) {
            if (!below.has(dirname(path))) {
                faults.push(`${folder}/${name} includes ${path}, which is no layer below ${folder}/`);
            }
        }
    }
}

/** Object -> the objects that it uses, of all libraries. */
const definedIn = new Map();
const uses = new Map();
for (const folder of links.keys()) {
    const archive = `${build}/lib${targetOf(folder)}.a`;
    if (!existsSync(archive)) continue; // of packages that this machine lacks
    let object = "";
    for (const line of execFileSync("nm", ["--extern-only", archive], { encoding: "utf8" }).split("\n")) {
        const member = line.match(/^(\S+\.o):$/);
        const symbol = line.match(/ ([A-Za-z]) (\S+)$/);
        if (member) {
            object = `${folder}/${basename(member[1], ".o")}`;
            uses.set(object, new Set());
        } else if (symbol?.[1] === "U") {
            uses.get(object).add(symbol[2]);
        } else if (symbol) {
            definedIn.set(symbol[2], object);
        }
    }
}
const next = (object) => [...uses.get(object)].map((symbol) => definedIn.get(symbol))
    .filter((other) => other !== undefined && other !== object);
const reached = (from) => {
    const seen = new Set();
    const left = next(from);
    while (left.length > 0) {
        const object = left.pop();
        if (!seen.has(object)) {
            seen.add(object);
            left.push(...next(object));
        }
    }
    return seen;
};
for (const object of uses.keys()) {
    for (const other of reached(object)) {
        if (object < other && reached(other).has(object)) faults.push(`${object} and ${other} use each other`);
    }
}

for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 && links.size > 0 ? 0 : 1);
