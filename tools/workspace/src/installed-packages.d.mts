export declare function packageToInstall(root: string): string | undefined;
